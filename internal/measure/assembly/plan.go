package assembly

import (
	"fmt"
	"slices"
)

// Group is a node of the tree of nested groups. Its bounds are numbers of items;
// both count, and a Max of 0 means no item at all.
type Group struct {
	Name     string
	Parent   int // index of the enclosing group, larger than its own; -1 for the last one, the whole form
	Min, Max int
}

// Item is what assembly knows of an item.
type Item struct {
	ID     string
	Pool   int // the smallest set of items that the groups tell apart
	Family int // variants of one question share a family; -1: none

	// The rest counts only in constraints that cross the groups.
	Seconds int
	Tags    []int // indices in Spec.Tags, distinct
}

// Spec describes a plan. The groups come innermost first, and the last one is the
// whole form, with the length of the form as both bounds. A family stays within
// one pool. FamilyMax is the number of items of a family that may meet in a form;
// 0: no limit.
type Spec struct {
	Groups    []Group
	Pools     []int // innermost group of each pool
	Items     []Item
	FamilyMax int

	// The constraints that cross the groups.
	Tags       []Tag
	MaxSeconds int     // of all items of a form; 0: no limit
	Enemies    [][]int // sets of items of which a form holds at most one
}

// Plan is a set of items with the constraints of the forms made of them. It does
// not change, and is safe for concurrent use; each goroutine has its Workspace.
type Plan struct {
	groups    []Group
	home      []int // innermost group of each pool
	need      []int // largest number of items of each pool in a form
	items     []Item
	byPool    [][]int // items of each pool, ascending
	family    []int32 // family of each item, -1: none; nil without a limit
	families  int
	familyMax int
	matrix    *matrix // all constraints, when some cross the groups
}

// New checks a specification and returns its plan. A plan that has a meaning may
// still be infeasible.
func New(spec Spec) (*Plan, error) {
	if err := spec.validate(); err != nil {
		return nil, err
	}
	p := &Plan{
		groups: slices.Clone(spec.Groups), home: slices.Clone(spec.Pools), items: slices.Clone(spec.Items),
		byPool: make([][]int, len(spec.Pools)), familyMax: spec.FamilyMax,
	}
	for _, home := range p.home {
		need := p.groups[home].Max
		for g := p.groups[home].Parent; g >= 0; g = p.groups[g].Parent {
			need = min(need, p.groups[g].Max)
		}
		p.need = append(p.need, need)
	}
	for i, it := range p.items {
		p.byPool[it.Pool] = append(p.byPool[it.Pool], i)
	}
	if err := p.indexFamilies(); err != nil {
		return nil, err
	}
	if spec.crosses() {
		p.matrix = newMatrix(p, spec)
	}
	return p, nil
}

func (s Spec) validate() error {
	last := len(s.Groups) - 1
	if last < 0 || s.FamilyMax < 0 {
		return fmt.Errorf("assembly: %d groups, family maximum %d", len(s.Groups), s.FamilyMax)
	}
	for n, g := range s.Groups {
		switch {
		case g.Min < 0 || g.Max < g.Min:
			return fmt.Errorf("assembly: group %q: minimum %d, maximum %d", g.Name, g.Min, g.Max)
		case n < last && (g.Parent <= n || g.Parent > last):
			return fmt.Errorf("assembly: group %q: parent %d is not a later group", g.Name, g.Parent)
		case n == last && (g.Parent != -1 || g.Min != g.Max):
			return fmt.Errorf("assembly: the last group is not a form of one length")
		}
	}
	for k, home := range s.Pools {
		if home < 0 || home > last {
			return fmt.Errorf("assembly: pool %d: group %d is unknown", k, home)
		}
	}
	for _, it := range s.Items {
		if it.Pool < 0 || it.Pool >= len(s.Pools) {
			return fmt.Errorf("assembly: item %q: pool %d is unknown", it.ID, it.Pool)
		}
	}
	return s.validateCrossing()
}

// indexFamilies numbers the families from 0. One that spans two pools would cross
// the groups, and the merging would not be exact.
func (p *Plan) indexFamilies() error {
	if p.familyMax == 0 {
		return nil
	}
	index, pool := map[int]int32{}, map[int]int{}
	p.family = slices.Repeat([]int32{-1}, len(p.items))
	for i, it := range p.items {
		if it.Family < 0 {
			continue
		}
		if k, seen := pool[it.Family]; seen && k != it.Pool {
			return fmt.Errorf("assembly: item %q: its family spans the pools %d and %d", it.ID, k, it.Pool)
		}
		pool[it.Family] = it.Pool
		if _, seen := index[it.Family]; !seen {
			index[it.Family] = int32(len(index))
		}
		p.family[i] = index[it.Family]
	}
	p.families = len(index)
	return nil
}

// Len is the number of items.
func (p *Plan) Len() int { return len(p.items) }

// Length is the number of items of a form.
func (p *Plan) Length() int { return p.groups[len(p.groups)-1].Max }

// Pools is the number of pools.
func (p *Plan) Pools() int { return len(p.byPool) }

// Pool returns the items of a pool, ascending; the caller does not change them.
func (p *Plan) Pool(k int) []int { return p.byPool[k] }

// Need is the largest number of items of a pool that a form can hold. The best
// Need(k) items of pool k whose families leave room are all that Merge reads of it.
func (p *Plan) Need(k int) int { return p.need[k] }

func (p *Plan) checkGiven(given []int) error {
	for n, i := range given {
		if i < 0 || i >= len(p.items) {
			return fmt.Errorf("assembly: given item %d of %d", i, len(p.items))
		}
		if slices.Contains(given[:n], i) {
			return fmt.Errorf("assembly: item %q is given twice", p.items[i].ID)
		}
	}
	return nil
}
