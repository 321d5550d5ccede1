package measure

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"galien/internal/measure/assembly"
)

// Bank is a pool of items with the blueprint of the exams drawn from it. It does
// not change, and is safe for concurrent use.
type Bank struct {
	items      []Item
	plan       *assembly.Plan // pool k holds the items of dimension k
	family     []int32        // family of each item, -1 for none
	curves     []curve        // by item
	familyMax  int
	workspaces sync.Pool
	rankings   func() []ranking // by dimension, made once
}

// NewBank copies the items and checks them, one by one and against the
// blueprint. A family stays within one dimension: across dimensions its limit
// would cross the groups, and the exact method of Assemble would not hold.
func NewBank(items []Item, bp Blueprint) (*Bank, error) {
	if len(items) == 0 {
		return nil, errors.New("measure: a bank without an item")
	}
	b := &Bank{items: slices.Clone(items)}
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
		it.B, it.Enemies, it.Tags = slices.Clone(it.B), slices.Clone(it.Enemies), slices.Clone(it.Tags)
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
	if err := b.indexFamilies(); err != nil {
		return nil, err
	}
	b.familyMax = bp.FamilyMax
	b.indexCurves()
	spec := assembly.Spec{FamilyMax: bp.FamilyMax}
	spec.Groups, spec.Pools = bp.tree(dims)
	for i, it := range b.items {
		spec.Items = append(spec.Items, assembly.Item{ID: it.ID, Pool: it.Dim, Family: int(b.family[i])})
	}
	err := b.cross(bp, &spec)
	if err != nil {
		return nil, err
	}
	if b.plan, err = assembly.New(spec); err != nil {
		return nil, fmt.Errorf("measure: %w", err)
	}
	b.rankings = sync.OnceValue(b.rank)
	b.workspaces.New = func() any { return b.plan.NewWorkspace() }
	return b, nil
}

// indexFamilies numbers the family of each item.
func (b *Bank) indexFamilies() error {
	index := make(map[string]int32)
	dim := make(map[string]int)
	b.family = make([]int32, len(b.items))
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
			index[it.Family] = int32(len(index))
		}
		b.family[i] = index[it.Family]
	}
	return nil
}

// curve is an item without asymptotes, close to its neighbours in memory; a slope
// of 0 stands for any other item.
type curve struct{ slope, difficulty float64 }

func (b *Bank) indexCurves() {
	b.curves = make([]curve, len(b.items))
	for i := range b.items {
		if it := &b.items[i]; it.Model <= TwoPL {
			b.curves[i] = curve{it.slope(), it.B[0]}
		}
	}
}

// expectedInformation is the item's, averaged over a normal ability.
func (b *Bank) expectedInformation(i int, mean, sd float64) float64 {
	if c := b.curves[i]; c.slope > 0 {
		return expectedLogistic(c.slope, c.difficulty, mean, sd)
	}
	return b.items[i].expectedInformation(mean, sd)
}

// Len is the number of items.
func (b *Bank) Len() int { return len(b.items) }

// Item returns the item of the given index; the caller does not change it.
func (b *Bank) Item(i int) *Item { return &b.items[i] }

// Length is the number of items of an exam.
func (b *Bank) Length() int { return b.plan.Length() }

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
