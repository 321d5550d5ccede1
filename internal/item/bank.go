package item

import (
	"slices"

	"galien/internal/framework"
)

// Bank is a set of items in one language that measures one framework version. It is never changed.
type Bank struct {
	Name             string // as socle-ns
	Framework        string // code
	FrameworkVersion string
	FrameworkSHA256  string // of the framework's document
	Language         string // BCP 47
	Licence          string // SPDX identifier

	fw    *framework.Framework
	items []*Item // by competency in the framework's order, then by id
}

// Items lists the items, by competency in the framework's order and then by id.
func (b *Bank) Items() []*Item { return slices.Clone(b.items) }

// Len is the number of items.
func (b *Bank) Len() int { return len(b.items) }

// Item finds an item by its id.
func (b *Bank) Item(id string) (*Item, bool) {
	for _, it := range b.items {
		if it.ID == id {
			return it, true
		}
	}
	return nil, false
}
