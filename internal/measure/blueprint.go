package measure

import (
	"cmp"
	"fmt"
	"slices"

	"galien/internal/measure/assembly"
)

// Group bounds the number of items on a set of dimensions: a competency, a
// domain. Both bounds count; a Max of 0 means no item at all.
type Group struct {
	Name     string
	Dims     []int
	Min, Max int
}

// Blueprint is the plan of an exam: its length, the bounds of its groups, and the
// number of items of one family that may meet in it (FamilyMax 0: no limit).
// Any two groups are nested or disjoint; their names are distinct.
type Blueprint struct {
	Length    int
	Groups    []Group
	FamilyMax int

	// These bounds cross the groups, as the enemies of items do.
	Tags       []Tag
	MaxSeconds int // of the whole exam, the sum of its items' seconds; 0: no limit
}

// Validate reports a blueprint that has no meaning for the given number of
// dimensions. One that has a meaning may still be infeasible for a bank.
func (bp Blueprint) Validate(dims int) error {
	if bp.Length < 1 || bp.FamilyMax < 0 {
		return fmt.Errorf("measure: blueprint: length %d, family maximum %d", bp.Length, bp.FamilyMax)
	}
	if err := bp.validateCrossing(); err != nil {
		return err
	}
	names := make(map[string]bool, len(bp.Groups))
	for i, g := range bp.Groups {
		if g.Name == "" || names[g.Name] {
			return fmt.Errorf("measure: blueprint: group %d: name %q is missing or taken", i, g.Name)
		}
		names[g.Name] = true
		if err := g.validate(dims); err != nil {
			return err
		}
		for _, h := range bp.Groups[:i] {
			if !h.contains(g) && !g.contains(h) && g.overlaps(h) {
				return fmt.Errorf("measure: blueprint: groups %q and %q cross", h.Name, g.Name)
			}
		}
	}
	return nil
}

func (g Group) validate(dims int) error {
	if g.Min < 0 || g.Max < g.Min {
		return fmt.Errorf("measure: blueprint: group %q: minimum %d, maximum %d", g.Name, g.Min, g.Max)
	}
	if len(g.Dims) == 0 {
		return fmt.Errorf("measure: blueprint: group %q: no dimension", g.Name)
	}
	for i, k := range g.Dims {
		if k < 0 || k >= dims || slices.Contains(g.Dims[:i], k) {
			return fmt.Errorf("measure: blueprint: group %q: dimension %d is unknown or repeated", g.Name, k)
		}
	}
	return nil
}

func (g Group) contains(h Group) bool {
	return !slices.ContainsFunc(h.Dims, func(k int) bool { return !slices.Contains(g.Dims, k) })
}

func (g Group) overlaps(h Group) bool {
	return slices.ContainsFunc(h.Dims, func(k int) bool { return slices.Contains(g.Dims, k) })
}

// tree orders the groups from the innermost to the exam, children before their
// parents, and returns for each dimension its innermost group.
func (bp Blueprint) tree(dims int) (nodes []assembly.Group, home []int) {
	groups := slices.Clone(bp.Groups)
	slices.SortStableFunc(groups, func(a, b Group) int { return cmp.Compare(len(a.Dims), len(b.Dims)) })
	exam := len(groups)
	home = slices.Repeat([]int{exam}, dims)
	for i, g := range groups {
		parent := exam
		for j := exam - 1; j > i; j-- {
			if groups[j].contains(g) {
				parent = j
			}
		}
		nodes = append(nodes, assembly.Group{Name: g.Name, Parent: parent, Min: g.Min, Max: g.Max})
	}
	for i := exam - 1; i >= 0; i-- {
		for _, k := range groups[i].Dims {
			home[k] = i
		}
	}
	return append(nodes, assembly.Group{Parent: -1, Min: bp.Length, Max: bp.Length}), home
}
