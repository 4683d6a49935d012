package lru_test

import (
	"slices"
	"testing"

	"cuaderno/server/lru"
)

func TestByteCache(t *testing.T) {
	size := map[string]int64{"a": 50, "b": 50, "c": 1, "too large": 101, "all": 100}
	c := lru.NewBytes[string](100, func(v string) int64 { return size[v] })
	for _, step := range []struct {
		add  string
		want []string // the latest last
	}{
		{"a", []string{"a"}}, {"b", []string{"a", "b"}}, {"a", []string{"b", "a"}}, {"c", []string{"a", "c"}},
		{"too large", []string{"a", "c"}}, {"all", []string{"all"}},
	} {
		c.Add(step.add, step.add)
		if got := c.Keys(); !slices.Equal(got, step.want) {
			t.Errorf("after %s: %v, want %v", step.add, got, step.want)
		}
	}
	t.Run("what was looked at stays", func(t *testing.T) {
		c.Add("a", "a")
		c.Add("b", "b")
		c.Get("a")
		c.Add("c", "c")
		if got := c.Keys(); !slices.Equal(got, []string{"a", "c"}) {
			t.Errorf("kept are %v", got)
		}
	})
	t.Run("what has grown since makes room", func(t *testing.T) {
		size["c"] = 60
		c.Trim()
		if got := c.Keys(); !slices.Equal(got, []string{"c"}) || c.Size() != 60 {
			t.Errorf("kept are %v, %d bytes", got, c.Size())
		}
	})
}
