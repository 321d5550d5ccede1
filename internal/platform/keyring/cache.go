package keyring

import (
	"container/list"
	"sync"

	"galien/internal/platform/id"
)

// cachedKeys bounds the keys held in memory, about 200 bytes each: more than the people active at one time.
const cachedKeys = 20_000

// cache keeps the keys used last.
type cache struct {
	mu     sync.Mutex
	limit  int
	drops  uint64
	order  *list.List // of Key, used last in front
	places map[id.ID]*list.Element
}

func newCache(limit int) *cache {
	return &cache{limit: limit, order: list.New(), places: map[id.ID]*list.Element{}}
}

func (c *cache) get(person id.ID) (Key, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.places[person]
	if !ok {
		return Key{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(Key), true
}

// era counts the drops so far. A key read from the table before a drop may be the one that was dropped: put refuses it.
func (c *cache) era() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drops
}

func (c *cache) put(key Key, era uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.places[key.Person]; known || era != c.drops {
		return
	}
	c.places[key.Person] = c.order.PushFront(key)
	if c.order.Len() > c.limit {
		oldest := c.order.Remove(c.order.Back()).(Key)
		delete(c.places, oldest.Person)
	}
}

func (c *cache) drop(person id.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	if e, ok := c.places[person]; ok {
		c.order.Remove(e)
		delete(c.places, person)
	}
}
