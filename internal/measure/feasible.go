package measure

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// InfeasibleError says that no form respects the blueprint. Binding names an
// irreducible set of constraints: together they cannot be met, and without any
// one of them the others can. The names are "length", "familyMax", and "min X" or
// "max X" for the bounds of group X. The given items and the pool are facts, not
// constraints: a group with more given items than its maximum is named alone.
type InfeasibleError struct{ Binding []string }

// Error implements error.
func (e *InfeasibleError) Error() string {
	return fmt.Sprintf("measure: no form respects together: %s", strings.Join(e.Binding, ", "))
}

// Feasible returns nil when some form contains the given items, no excluded one,
// and respects the blueprint; otherwise an *InfeasibleError.
func (b *Bank) Feasible(given []int, excluded func(item int) bool) error {
	if err := b.checkGiven(given); err != nil {
		return err
	}
	return b.feasible(given, excluded)
}

func (b *Bank) feasible(given []int, excluded func(item int) bool) error {
	s := b.supply(given, excluded)
	if s.satisfies(b.nodes, b.familyMax > 0) {
		return nil
	}
	return &InfeasibleError{Binding: b.irreducible(s)}
}

// supply is what a pool can bring to each node, before any bound.
type supply struct {
	given          []int // items already given, by home node
	free           []int // free items, by home node
	freeOfFamilies []int // free items that families leave room for, by home node
	brokenFamily   bool  // more given items in a family than its maximum
}

func (b *Bank) supply(given []int, excluded func(item int) bool) supply {
	n := len(b.nodes)
	s := supply{given: make([]int, n), free: make([]int, n), freeOfFamilies: make([]int, n)}
	isGiven := make([]bool, len(b.items))
	inFamily := make([]int, b.families)
	for _, i := range given {
		isGiven[i] = true
		s.given[b.home[b.items[i].Dim]]++
		if f := b.family[i]; f >= 0 {
			inFamily[f]++
			s.brokenFamily = s.brokenFamily || inFamily[f] > b.familyMax
		}
	}
	for i := range b.items {
		if isGiven[i] || excluded != nil && excluded(i) {
			continue
		}
		home := b.home[b.items[i].Dim]
		s.free[home]++
		if f := b.family[i]; f >= 0 {
			inFamily[f]++
			if inFamily[f] > b.familyMax {
				continue
			}
		}
		s.freeOfFamilies[home]++
	}
	return s
}

// satisfies tells whether the bounds can be met: the sizes that a group can take
// are all those from lowest to highest, and these add up from child to parent.
func (s supply) satisfies(nodes []node, families bool) bool {
	if families && s.brokenFamily {
		return false
	}
	free := s.free
	if families {
		free = s.freeOfFamilies
	}
	lowest, highest := make([]int, len(nodes)), make([]int, len(nodes))
	for n, node := range nodes {
		lowest[n] += s.given[n]
		highest[n] += s.given[n] + free[n]
		low, high := max(lowest[n], node.min), min(highest[n], node.max)
		if low > high {
			return false
		}
		if node.parent >= 0 {
			lowest[node.parent] += low
			highest[node.parent] += high
		}
	}
	return true
}

// irreducible is the deletion filter (Chinneck & Dravnieks 1991): lift each
// constraint in turn, for good if the rest stays infeasible. What remains is
// irreducible. Outer and general constraints go first, so that the answer tends
// to name the inner groups where the pool is short.
func (b *Bank) irreducible(s supply) []string {
	nodes, families := slices.Clone(b.nodes), b.familyMax > 0
	exam := len(nodes) - 1
	var binding []string
	attempt := func(name string, bound *int, free int) {
		old := *bound
		*bound = free
		if s.satisfies(nodes, families) {
			*bound = old
			binding = append(binding, name)
		}
	}
	length := nodes[exam].bounds
	nodes[exam].bounds = bounds{0, math.MaxInt}
	if s.satisfies(nodes, families) {
		nodes[exam].bounds = length
		binding = append(binding, "length")
	}
	if families {
		families = false
		if s.satisfies(nodes, families) {
			families = true
			binding = append(binding, "familyMax")
		}
	}
	for n := exam - 1; n >= 0; n-- {
		attempt("min "+nodes[n].name, &nodes[n].min, 0)
		attempt("max "+nodes[n].name, &nodes[n].max, math.MaxInt)
	}
	return binding
}
