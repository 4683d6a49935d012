// Package lru bounds caches: by how many values they have, or by how many bytes these take. Its caches have no
// lock; their owners lock.
package lru

import (
	"math"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Bytes keeps what was used last, up to so many bytes in all. What a value takes is asked anew each
// time, for it may change.
type Bytes[K comparable, V any] struct {
	Limit int64 // in bytes
	size  func(V) int64
	lru   *simplelru.LRU[K, V]
}

// NewBytes keeps up to so many bytes, of values that are as large as size says.
func NewBytes[K comparable, V any](most int64, size func(V) int64) *Bytes[K, V] {
	return &Bytes[K, V]{Limit: most, size: size, lru: New[K, V](math.MaxInt)}
}

// New keeps so many values, those that were used last.
func New[K comparable, V any](most int) *simplelru.LRU[K, V] {
	lru, err := simplelru.NewLRU[K, V](most, nil)
	if err != nil {
		panic(err) // of a size below one
	}
	return lru
}

// Get gives a value, which counts as using it.
func (c *Bytes[K, V]) Get(key K) (V, bool) { return c.lru.Get(key) }

// Add keeps a value, at the cost of those that were used longest ago. One that would need all the room
// and more is not kept.
func (c *Bytes[K, V]) Add(key K, v V) {
	c.lru.Remove(key)
	if c.size(v) > c.Limit {
		return
	}
	c.lru.Add(key, v)
	c.Trim()
}

// Remove drops a value.
func (c *Bytes[K, V]) Remove(key K) { c.lru.Remove(key) }

// Trim drops what was used longest ago until the rest fits.
func (c *Bytes[K, V]) Trim() {
	for total := c.Size(); total > c.Limit; {
		_, oldest, ok := c.lru.RemoveOldest()
		if !ok {
			return
		}
		total -= c.size(oldest)
	}
}

// Keys are those of the values that are kept, the one that was used last at the end.
func (c *Bytes[K, V]) Keys() []K { return c.lru.Keys() }

// Size is how many bytes they take.
func (c *Bytes[K, V]) Size() (total int64) {
	for _, v := range c.lru.Values() {
		total += c.size(v)
	}
	return total
}
