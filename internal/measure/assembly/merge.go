package assembly

import "math"

// Merge returns the free items of the best form, best first, from a sorted list
// of candidates for each pool: finite values, no given and no excluded item. A
// list may stop after Need items for which their families have room. The given
// items are distinct, stay in the form and count in their groups. False means
// that no form is made of these lists.
//
// The optimum is exact. The constraints are cardinalities of nested sets, so the
// best value of a group as a function of its number of items is concave, and its
// best sets grow by one item at a time: a group is its required items plus a
// sorted list of optional ones. A parent merges its children's lists, moves the
// first ones into the required part until its minimum is met, and cuts the list
// at its maximum (greedy algorithm on a laminar generalised polymatroid; Fujishige
// 2005, Submodular Functions and Optimization).
func (w *Workspace) Merge(lists [][]Candidate, given []int) ([]Candidate, bool) {
	w.reset()
	p := w.plan
	for _, i := range given {
		if !w.admit(i) {
			return nil, false
		}
		w.parts[p.home[p.items[i].Pool]].count++
	}
	for k, list := range lists {
		home := p.home[k]
		w.parts[home].optional.add(w.familiesOf(k, list), p.groups[home].Max)
	}
	for n := range p.groups {
		g, part := &p.groups[n], &w.parts[n]
		if !part.bound(g) {
			return nil, false
		}
		if g.Parent >= 0 {
			parent, limit := &w.parts[g.Parent], p.groups[g.Parent].Max
			parent.count += part.count
			parent.required.add(part.required.list, math.MaxInt)
			parent.optional.add(part.optional.list, limit)
		}
	}
	return w.parts[len(w.parts)-1].required.list, true
}

// familiesOf keeps the best items of a pool for which their families have room.
func (w *Workspace) familiesOf(pool int, list []Candidate) []Candidate {
	if w.plan.family == nil {
		return list
	}
	kept, need := w.ofFamily[pool][:0], w.plan.need[pool]
	for _, c := range list {
		if len(kept) == need {
			break
		}
		if w.admit(int(c.Item)) {
			kept = append(kept, c)
		}
	}
	w.ofFamily[pool] = kept
	return kept
}

// bound applies the minimum and the maximum of a group, and tells whether both
// can be met.
func (p *part) bound(g *Group) bool {
	optional := p.optional.list
	if missing := g.Min - p.count; missing > 0 {
		if missing > len(optional) {
			return false
		}
		p.required.add(optional[:missing], math.MaxInt)
		optional = optional[missing:]
		p.count = g.Min
	}
	if p.count > g.Max {
		return false
	}
	p.optional.list = optional[:min(len(optional), g.Max-p.count)]
	return true
}
