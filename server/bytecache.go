package main

import (
	"math"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// byteCache keeps what was used last, up to so many bytes in all. What a value takes is asked anew each
// time, for it may change. Its owner locks.
type byteCache[K comparable, V any] struct {
	most int64
	size func(V) int64
	lru  *simplelru.LRU[K, V]
}

func newByteCache[K comparable, V any](most int64, size func(V) int64) *byteCache[K, V] {
	return &byteCache[K, V]{most: most, size: size, lru: newLRU[K, V](math.MaxInt)}
}

// newLRU keeps so many values.
func newLRU[K comparable, V any](most int) *simplelru.LRU[K, V] {
	lru, err := simplelru.NewLRU[K, V](most, nil)
	if err != nil {
		panic(err) // of a size below one
	}
	return lru
}

func (c *byteCache[K, V]) get(key K) (V, bool) { return c.lru.Get(key) }

// add keeps a value, at the cost of those that were used longest ago. One that would need all the room
// and more is not kept.
func (c *byteCache[K, V]) add(key K, v V) {
	c.lru.Remove(key)
	if c.size(v) > c.most {
		return
	}
	c.lru.Add(key, v)
	c.trim()
}

func (c *byteCache[K, V]) remove(key K) { c.lru.Remove(key) }

// trim drops what was used longest ago until the rest fits.
func (c *byteCache[K, V]) trim() {
	for total := c.bytes(); total > c.most; {
		_, oldest, ok := c.lru.RemoveOldest()
		if !ok {
			return
		}
		total -= c.size(oldest)
	}
}

func (c *byteCache[K, V]) bytes() (total int64) {
	for _, v := range c.lru.Values() {
		total += c.size(v)
	}
	return total
}
