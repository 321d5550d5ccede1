package assembly

import (
	"math"
	"slices"
)

// A constraint of the plan as a row of an integer programme: the sum of the
// coefficients of the chosen items lies in [low, high].
type row struct {
	bounds
	terms []term // by ascending item
}

type bounds struct{ low, high int }

// term is one coefficient: of an item in a row, or of a row in an item's column.
type term struct {
	at    int32 // the item, or the row
	times int32
}

// unbounded is the upper bound of a row that has none. No lower bound means 0: no
// coefficient is negative.
const unbounded = math.MaxInt

// constraint is what a conflict names: one side or both of some rows.
type constraint struct {
	name      string
	rows      []int
	low, high bool
}

// matrix writes every constraint of a plan as rows.
type matrix struct {
	rows        []row
	scale       []float64 // by row
	columns     [][]term  // by item
	constraints []constraint
}

func (m *matrix) add(low, high int, terms []term) int {
	k := len(m.rows)
	m.rows = append(m.rows, row{bounds: bounds{low, high}, terms: terms})
	largest := int32(1)
	for _, t := range terms {
		m.columns[t.at] = append(m.columns[t.at], term{at: int32(k), times: t.times})
		largest = max(largest, t.times)
	}
	m.scale = append(m.scale, 1/math.Exp2(math.Ceil(math.Log2(float64(largest)))))
	return k
}

func (m *matrix) name(c constraint) { m.constraints = append(m.constraints, c) }

// newMatrix orders the constraints as the deletion filter lifts them: general
// ones first, then the groups from the outermost, the crossing ones last.
func newMatrix(p *Plan, spec Spec) *matrix {
	m := &matrix{columns: make([][]term, len(p.items))}
	form := len(p.groups) - 1
	inGroup := make([][]term, len(p.groups))
	inTag := make([][]term, len(spec.Tags))
	var seconds []term
	families := map[int][]term{}
	for i, it := range p.items {
		one := term{at: int32(i), times: 1}
		for g := p.home[it.Pool]; g >= 0; g = p.groups[g].Parent {
			inGroup[g] = append(inGroup[g], one)
		}
		for _, t := range it.Tags {
			inTag[t] = append(inTag[t], one)
		}
		if it.Seconds > 0 {
			seconds = append(seconds, term{at: int32(i), times: int32(it.Seconds)})
		}
		if p.family != nil && it.Family >= 0 {
			families[it.Family] = append(families[it.Family], one)
		}
	}
	length := m.add(p.groups[form].Min, p.groups[form].Max, inGroup[form])
	m.name(constraint{name: "length", rows: []int{length}, low: true, high: true})
	m.atMost("familyMax", p.familyMax, sets(families))
	for n := form - 1; n >= 0; n-- {
		g := p.groups[n]
		m.between(g.Name, g.Min, g.Max, inGroup[n])
	}
	if spec.MaxSeconds > 0 {
		k := m.add(0, spec.MaxSeconds, seconds)
		m.name(constraint{name: "seconds", rows: []int{k}, high: true})
	}
	var enemies [][]term
	for _, clique := range cliques(spec.Enemies) {
		enemies = append(enemies, ones(clique))
	}
	m.atMost("enemies", 1, enemies)
	for n, tag := range spec.Tags {
		m.between("tag "+tag.Name, tag.Min, tag.Max, inTag[n])
	}
	return m
}

func (m *matrix) between(name string, low, high int, terms []term) {
	k := m.add(low, high, terms)
	m.name(constraint{name: "min " + name, rows: []int{k}, low: true})
	m.name(constraint{name: "max " + name, rows: []int{k}, high: true})
}

func (m *matrix) atMost(name string, high int, sets [][]term) {
	c := constraint{name: name, high: true}
	for _, set := range sets {
		if len(set) > high {
			c.rows = append(c.rows, m.add(0, high, set))
		}
	}
	if len(c.rows) > 0 {
		m.name(c)
	}
}

func ones(items []int) []term {
	terms := make([]term, len(items))
	for n, i := range items {
		terms[n] = term{at: int32(i), times: 1}
	}
	return terms
}

// sets lists families in the order of their first item.
func sets(families map[int][]term) [][]term {
	list := make([][]term, 0, len(families))
	for _, set := range families {
		list = append(list, set)
	}
	slices.SortFunc(list, func(a, b []term) int { return int(a[0].at - b[0].at) })
	return list
}
