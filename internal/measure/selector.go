package measure

import (
	"fmt"
	"math"

	"galien/internal/measure/assembly"
)

// Selector finds shadow tests of one bank for one objective. It finds the same form
// as Bank.ShadowEligible without looking at every item, and allocates nothing in
// steady state; see Charge for prices. It is for one goroutine at a time; selectors
// share their bank. Where
// constraints cross the groups it looks at every item all the same.
//
// Within a dimension the value of an item grows with its expected information, and
// a form holds a few items of a dimension only. These are found by going down the
// ranking of the posterior's cell until what may follow is worth less.
type Selector struct {
	bank      *Bank
	objective Objective
	terms     []term
	dims      int
	rankings  []ranking
	workspace *assembly.Workspace
	lists     [][]assembly.Candidate // by dimension
	gains     []float64
	given     []bool
	ofDim     []int    // given items of each dimension
	left      int      // items that the form still takes
	inFamily  []uint16 // given items of each family
	items     []int    // of the form
	price     func(item int) float64
}

// term is an importance times the square of a weighted sum of covariances, the
// weights of 0 left out.
type term struct {
	importance float64
	dims       []int
	weights    []float64
}

// NewSelector returns a selector for an objective on as many abilities as its
// scores have weights. The first one of a bank makes the bank's rankings, some tens
// of microseconds of work an item.
func (b *Bank) NewSelector(objective Objective) (*Selector, error) {
	dims := 0
	if len(objective) > 0 {
		dims = len(objective[0].Weights)
	}
	if err := objective.Validate(dims); err != nil {
		return nil, err
	}
	pools := b.plan.Pools()
	if pools > dims {
		return nil, fmt.Errorf("measure: bank of %d dimensions, objective of %d", pools, dims)
	}
	s := &Selector{
		bank: b, objective: objective, dims: dims, rankings: b.rankings(), workspace: b.plan.NewWorkspace(),
		lists: make([][]assembly.Candidate, pools), gains: make([]float64, dims), given: make([]bool, len(b.items)),
		ofDim: make([]int, pools), inFamily: make([]uint16, len(b.items)),
	}
	for _, score := range objective {
		if score.Importance == 0 {
			continue
		}
		t := term{importance: score.Importance}
		for k, w := range score.Weights {
			if w != 0 {
				t.dims, t.weights = append(t.dims, k), append(t.weights, w)
			}
		}
		s.terms = append(s.terms, t)
	}
	return s, nil
}

// Shadow returns what Bank.ShadowEligible returns for the selector's objective. The
// rules are asked about few items; a nil rule lets all items in. The form's items
// are valid until the next call.
func (s *Selector) Shadow(post *Posterior, given []int, excluded, eligible func(item int) bool) (Form, error) {
	if post.Dims() != s.dims {
		return Form{}, fmt.Errorf("measure: posterior of %d dimensions, objective of %d", post.Dims(), s.dims)
	}
	if err := s.mark(given); err != nil {
		return Form{}, err
	}
	defer s.unmark(given)
	s.left = s.bank.Length() - len(given)
	if s.bank.plan.Crossing() {
		return s.bank.ShadowEligible(post, s.objective, given, excluded, eligible)
	}
	s.weigh(post)
	if eligible != nil {
		if form, ok := s.assemble(post, given, excluded, eligible); ok {
			return form, nil
		}
	}
	if form, ok := s.assemble(post, given, excluded, nil); ok {
		form.Relaxed = eligible != nil
		return form, nil
	}
	return s.bank.Shadow(post, s.objective, given, excluded)
}

// mark writes down which items are given, and counts them.
func (s *Selector) mark(given []int) error {
	for n, i := range given {
		if i < 0 || i >= len(s.given) || s.given[i] {
			s.unmark(given[:n])
			return s.bank.checkGiven(given)
		}
		s.given[i] = true
		s.ofDim[s.bank.items[i].Dim]++
		if f := s.bank.family[i]; f >= 0 {
			s.inFamily[f]++
		}
	}
	return nil
}

func (s *Selector) unmark(given []int) {
	for _, i := range given {
		s.given[i] = false
		s.ofDim[s.bank.items[i].Dim] = 0
		if f := s.bank.family[i]; f >= 0 {
			s.inFamily[f] = 0
		}
	}
}

// weigh is Objective.gains.
func (s *Selector) weigh(post *Posterior) {
	clear(s.gains)
	for _, t := range s.terms {
		for k := range s.gains {
			cov, row := 0.0, post.cov[k*s.dims:(k+1)*s.dims]
			for n, j := range t.dims {
				cov += t.weights[n] * row[j]
			}
			s.gains[k] += t.importance * cov * cov
		}
	}
}

// assemble merges the short lists of the dimensions; false when they make no form.
func (s *Selector) assemble(post *Posterior, given []int, excluded, eligible func(item int) bool) (Form, bool) {
	for k := range s.lists {
		variance := post.cov[k*s.dims+k]
		r := rating{mean: post.mean[k], sd: math.Sqrt(variance), variance: variance, gain: s.gains[k]}
		s.lists[k] = s.search(k, r, excluded, eligible)
	}
	free, ok := s.workspace.Merge(s.lists, given)
	if !ok {
		return Form{}, false
	}
	s.items = append(s.items[:0], given...)
	form := Form{Given: len(given)}
	for _, c := range free {
		s.items = append(s.items, int(c.Item))
		form.Value += c.Value
	}
	form.Items = s.items
	return form, true
}

// search returns the best items of dimension k, best first, as many as a form can still hold.
func (s *Selector) search(k int, r rating, excluded, eligible func(item int) bool) []assembly.Candidate {
	list := s.lists[k][:0]
	need := min(s.bank.plan.Need(k)-s.ofDim[k], s.left)
	if need <= 0 {
		return list
	}
	admits := func(i int) bool {
		return !s.given[i] && (excluded == nil || !excluded(i)) && (eligible == nil || eligible(i))
	}
	cell, inside := s.rankings[k].cell(r.mean, r.sd)
	for _, c := range cell {
		if len(list) == need && r.value(float64(c.bound)) < list[need-1].Value {
			return list
		}
		if admits(int(c.item)) {
			list = s.insert(list, need, s.candidate(&r, int(c.item)))
		}
	}
	if inside && s.rankings[k].complete {
		return list
	}
	list = list[:0]
	for _, i := range s.bank.plan.Pool(k) {
		if admits(i) {
			list = s.insert(list, need, s.candidate(&r, i))
		}
	}
	return list
}

// insert puts a candidate in its place in a sorted list of at most need items, no more of a family than it has room for.
func (s *Selector) insert(list []assembly.Candidate, need int, c assembly.Candidate) []assembly.Candidate {
	at := len(list)
	for at > 0 && c.Compare(list[at-1]) < 0 {
		at--
	}
	if at == need {
		return list
	}
	end := len(list) // the place that is lost
	if twin, full := s.twin(list, c.Item); full {
		if twin < at {
			return list
		}
		end = twin
	} else if end == need {
		end--
	} else {
		list = append(list, c)
	}
	copy(list[at+1:end+1], list[at:end])
	list[at] = c
	return list
}

// twin returns the place in the list of the last item of a candidate's family, -1 for none, and whether the family has
// no more room.
func (s *Selector) twin(list []assembly.Candidate, item int32) (at int, full bool) {
	f, at := s.bank.family[item], -1
	if f < 0 || s.bank.familyMax == 0 {
		return at, false
	}
	count := int(s.inFamily[f])
	for n, c := range list {
		if s.bank.family[c.Item] == f {
			at = n
			count++
		}
	}
	return at, count >= s.bank.familyMax
}

// rating turns the information of an item of a dimension into its value.
type rating struct{ mean, sd, variance, gain float64 }

func (r *rating) value(information float64) float64 {
	return information * r.gain / (1 + information*r.variance)
}

// Charge takes a price, not negative, from the expected information of each item from
// now on (see Exposure); nil: none. Constraints that cross the groups leave prices out.
func (s *Selector) Charge(price func(item int) float64) { s.price = price }

// candidate rates an item, its price taken from its information.
func (s *Selector) candidate(r *rating, i int) assembly.Candidate {
	info := s.bank.expectedInformation(i, r.mean, r.sd)
	if s.price != nil {
		info = max(0, info-s.price(i))
	}
	return assembly.Candidate{Value: r.value(info), Item: int32(i)}
}
