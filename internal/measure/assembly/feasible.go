package assembly

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// InfeasibleError says that no form respects the plan. Binding names an
// irreducible set of constraints: together they cannot be met, and without any
// one of them the others can. The names are "length", "familyMax", "seconds",
// "enemies", "min X" or "max X" for the bounds of group X, and "min tag T" or
// "max tag T" for those of tag T. The given items and the pool are facts, not
// constraints: a group with more given items than its maximum is named alone.
type InfeasibleError struct{ Binding []string }

// Error implements error.
func (e *InfeasibleError) Error() string {
	return fmt.Sprintf("no form respects together: %s", strings.Join(e.Binding, ", "))
}

// Feasible returns nil when some form contains the given items, no excluded one,
// and respects the plan; otherwise an *InfeasibleError.
func (p *Plan) Feasible(given []int, excluded []bool) error {
	if err := p.checkGiven(given); err != nil {
		return err
	}
	if excluded != nil && len(excluded) != len(p.items) {
		return fmt.Errorf("assembly: %d exclusions for %d items", len(excluded), len(p.items))
	}
	s := p.supply(given, excluded)
	if s.satisfies(p.groups, p.family != nil) && (p.matrix == nil || p.newExact().feasible(given, excluded)) {
		return nil
	}
	return p.conflict(given, excluded)
}

// supply is what the pools can bring to each group, before any bound.
type supply struct {
	given          []int // items already given, by home group
	free           []int // free items, by home group
	freeOfFamilies []int // free items that families leave room for, by home group
	brokenFamily   bool  // more given items in a family than its maximum
}

func (p *Plan) supply(given []int, excluded []bool) supply {
	n := len(p.groups)
	s := supply{given: make([]int, n), free: make([]int, n), freeOfFamilies: make([]int, n)}
	isGiven := make([]bool, len(p.items))
	inFamily := make([]int, p.families)
	fits := func(i int) bool {
		if p.family == nil || p.family[i] < 0 {
			return true
		}
		inFamily[p.family[i]]++
		return inFamily[p.family[i]] <= p.familyMax
	}
	for _, i := range given {
		isGiven[i] = true
		s.given[p.home[p.items[i].Pool]]++
		if !fits(i) {
			s.brokenFamily = true
		}
	}
	for i, it := range p.items {
		if isGiven[i] || excluded != nil && excluded[i] {
			continue
		}
		s.free[p.home[it.Pool]]++
		if fits(i) {
			s.freeOfFamilies[p.home[it.Pool]]++
		}
	}
	return s
}

// satisfies tells whether the bounds can be met: the sizes that a group can take
// are all those from lowest to highest, and these add up from child to parent.
func (s supply) satisfies(groups []Group, families bool) bool {
	if families && s.brokenFamily {
		return false
	}
	free := s.free
	if families {
		free = s.freeOfFamilies
	}
	lowest, highest := make([]int, len(groups)), make([]int, len(groups))
	for n, g := range groups {
		lowest[n] += s.given[n]
		highest[n] += s.given[n] + free[n]
		low, high := max(lowest[n], g.Min), min(highest[n], g.Max)
		if low > high {
			return false
		}
		if g.Parent >= 0 {
			lowest[g.Parent] += low
			highest[g.Parent] += high
		}
	}
	return true
}

// irreducible is the deletion filter (Chinneck & Dravnieks 1991): lift each
// constraint in turn, for good if the rest stays infeasible. What remains is
// irreducible. Outer and general constraints go first, so that the answer tends
// to name the inner groups where the pool is short.
func (p *Plan) irreducible(s supply) []string {
	groups, families := slices.Clone(p.groups), p.family != nil
	form := len(groups) - 1
	var binding []string
	attempt := func(name string, bound *int, free int) {
		old := *bound
		*bound = free
		if s.satisfies(groups, families) {
			*bound = old
			binding = append(binding, name)
		}
	}
	length := groups[form]
	groups[form].Min, groups[form].Max = 0, math.MaxInt
	if s.satisfies(groups, families) {
		groups[form] = length
		binding = append(binding, "length")
	}
	if families {
		families = false
		if s.satisfies(groups, families) {
			families = true
			binding = append(binding, "familyMax")
		}
	}
	for n := form - 1; n >= 0; n-- {
		attempt("min "+groups[n].Name, &groups[n].Min, 0)
		attempt("max "+groups[n].Name, &groups[n].Max, math.MaxInt)
	}
	return binding
}
