package measure

import (
	"fmt"
	"slices"
)

// Bank is a pool of items with the blueprint of the exams drawn from it. It does
// not change, and is safe for concurrent use.
type Bank struct {
	items     []Item
	byDim     [][]int // items of each dimension, ascending
	family    []int   // family of each item; -1 for none
	families  int
	nodes     []node
	home      []int // innermost node of each dimension
	familyMax int
}

// NewBank copies the items and checks them, one by one and against the
// blueprint. A family stays within one dimension: across dimensions its limit
// would cross the groups, and the exact method of Assemble would not hold.
func NewBank(items []Item, bp Blueprint) (*Bank, error) {
	b := &Bank{items: slices.Clone(items), familyMax: bp.FamilyMax}
	dims := 0
	ids := make(map[string]bool, len(items))
	for i := range b.items {
		it := &b.items[i]
		if err := it.Validate(); err != nil {
			return nil, err
		}
		if ids[it.ID] {
			return nil, it.invalid("id", "repeated")
		}
		ids[it.ID] = true
		it.B = slices.Clone(it.B)
		dims = max(dims, it.Dim+1)
	}
	for _, g := range bp.Groups {
		for _, k := range g.Dims {
			dims = max(dims, k+1)
		}
	}
	if err := bp.Validate(dims); err != nil {
		return nil, err
	}
	b.nodes, b.home = bp.tree(dims)
	b.byDim = make([][]int, dims)
	for i, it := range b.items {
		b.byDim[it.Dim] = append(b.byDim[it.Dim], i)
	}
	if err := b.indexFamilies(); err != nil {
		return nil, err
	}
	return b, nil
}

func (b *Bank) indexFamilies() error {
	index := make(map[string]int)
	dim := make(map[string]int)
	b.family = make([]int, len(b.items))
	for i := range b.items {
		it := &b.items[i]
		if it.Family == "" {
			b.family[i] = -1
			continue
		}
		if d, seen := dim[it.Family]; seen && d != it.Dim {
			return it.invalid("family", "%q spans the dimensions %d and %d", it.Family, d, it.Dim)
		}
		dim[it.Family] = it.Dim
		if _, seen := index[it.Family]; !seen {
			index[it.Family] = len(index)
		}
		b.family[i] = index[it.Family]
	}
	b.families = len(index)
	return nil
}

// Len is the number of items.
func (b *Bank) Len() int { return len(b.items) }

// Item returns the item of the given index; the caller does not change it.
func (b *Bank) Item(i int) *Item { return &b.items[i] }

// Length is the number of items of an exam.
func (b *Bank) Length() int { return b.nodes[len(b.nodes)-1].max }

// checkGiven refuses given items that are not in the bank or are repeated.
func (b *Bank) checkGiven(given []int) error {
	for n, i := range given {
		if i < 0 || i >= len(b.items) {
			return fmt.Errorf("measure: given item %d of %d", i, len(b.items))
		}
		if slices.Contains(given[:n], i) {
			return fmt.Errorf("measure: item %q is given twice", b.items[i].ID)
		}
	}
	return nil
}
