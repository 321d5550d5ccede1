package assess

import (
	"fmt"
	"math"

	"galien/internal/framework"
	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/platform/errs"
)

// plan is everything that decides in an attempt: what may be asked, in what proportions, when to stop, what is
// reported. It is a function of the bank release and of the attempt's options, shared by all attempts with the same.
type plan struct {
	framework *framework.Framework
	items     []*item.Item // the pool: index i is item i of bank
	index     map[string]int
	bank      *measure.Bank
	prior     measure.Prior
	objective measure.Objective
	main      measure.Score // what the stop rule watches: the whole, or the domain
	stop      measure.StopRule
	dims      []int // the competencies in scope
	staged    int   // the item with a set place, the scenario; -1: none
}

// Lengths and precision of a positioning. Standard errors are in logits, on a scale whose prior standard deviation is 1.
const (
	wholeMin, wholeMax = 25, 32
	wholeSE            = 0.34
	perCompetency      = 4 // at most, in a domain
	domainSE           = 0.40
)

// newPlan builds the plan for a scope (a domain's code, or "" for the whole framework).
func newPlan(fw *framework.Framework, items []*item.Item, parameters func(*item.Item, int) measure.Item, scope string, accessible bool) (*plan, error) {
	p := &plan{framework: fw, index: map[string]int{}, staged: -1}
	if err := p.reported(scope); err != nil {
		return nil, err
	}
	pool := p.pool(items, parameters, accessible)
	blueprint := p.blueprint(scope)
	var err error
	if p.bank, err = measure.NewBank(pool, blueprint); err != nil {
		return nil, errs.Wrap(err, "assess: plan")
	}
	p.prior = measure.Hierarchical(fw.DomainOfDims(), fw.Prior.General, fw.Prior.Domain, fw.Prior.Competency)
	post, err := measure.NewPosterior(p.prior)
	if err != nil {
		return nil, errs.Wrap(err, "assess: plan")
	}
	if _, err := p.bank.Shadow(post, p.objective, p.given(nil), nil); err != nil {
		return nil, errs.New(errs.Conflict, "assess.bank_short", "why", err.Error()).Cause(err)
	}
	return p, nil
}

// reported sets the scores: those in scope count in the choice of items, the main one the most.
func (p *plan) reported(scope string) error {
	fw := p.framework
	p.main = measure.Score{Name: "whole", Weights: fw.Weights(), Importance: 1}
	if scope != "" {
		w, ok := fw.DomainWeights(scope)
		if !ok {
			return errs.New(errs.Invalid, "assess.scope_unknown")
		}
		p.main = measure.Score{Name: "domain " + scope, Weights: w, Importance: 1}
	}
	p.objective = measure.Objective{p.main}
	for k, c := range fw.Competencies() {
		if p.main.Weights[k] == 0 {
			continue
		}
		p.dims = append(p.dims, k)
		w := make([]float64, fw.Dims())
		w[k] = 1
		p.objective = append(p.objective, measure.Score{Name: c.Code, Weights: w, Importance: 0.05})
	}
	return nil
}

// pool keeps the items in scope, and gives the scenario its place.
func (p *plan) pool(items []*item.Item, parameters func(*item.Item, int) measure.Item, accessible bool) []measure.Item {
	var pool []measure.Item
	for _, it := range items {
		dim, ok := p.framework.Dim(it.Competency)
		if !ok || p.main.Weights[dim] == 0 || accessible && !it.Accessible {
			continue
		}
		if it.Type == item.Scenario && p.staged < 0 {
			p.staged = len(pool)
		}
		p.index[it.ID] = len(pool)
		p.items = append(p.items, it)
		pool = append(pool, parameters(it, dim))
	}
	return pool
}

// blueprint balances the form: each domain by its hours, each competency at least once, one item of a family.
func (p *plan) blueprint(scope string) measure.Blueprint {
	fw := p.framework
	length := wholeMax
	p.stop = measure.StopRule{Score: p.main.Name, MinItems: wholeMin, MaxItems: wholeMax, SE: wholeSE}
	if scope != "" {
		length = min(12, perCompetency*len(p.dims))
		p.stop = measure.StopRule{Score: p.main.Name, MinItems: length - 2, MaxItems: length, SE: domainSE}
	}
	bp := measure.Blueprint{Length: length, FamilyMax: 1}
	first := 0
	for _, d := range fw.Domains {
		var dims []int
		for range d.Competencies {
			dims = append(dims, first)
			first++
		}
		if p.main.Weights[dims[0]] == 0 {
			continue
		}
		share := float64(length)
		if scope == "" {
			share *= d.Hours / fw.TotalHours
		}
		bp.Groups = append(bp.Groups, measure.Group{Name: "domain " + d.Code, Dims: dims,
			Min: int(math.Floor(share)), Max: int(math.Ceil(share))})
		even := share / float64(len(dims))
		for i, c := range d.Competencies {
			bp.Groups = append(bp.Groups, measure.Group{Name: "competency " + c.Code, Dims: dims[i : i+1],
				Min: max(1, int(math.Floor(even))), Max: int(math.Ceil(even)) + 1})
		}
	}
	return bp
}

// given is the items that the form must hold: the answered ones, and the scenario, planned from the start.
func (p *plan) given(answered []int) []int {
	if p.staged < 0 {
		return answered
	}
	for _, i := range answered {
		if i == p.staged {
			return answered
		}
	}
	return append(append([]int{}, answered...), p.staged)
}

// stage is how many items come before the scenario: it stands where one is warm and not yet tired.
func (p *plan) stage() int { return p.stop.MinItems / 2 }

// next chooses the item to ask after the answered ones; -1 and a reason when the attempt is over.
func (p *plan) next(post *measure.Posterior, answered []int, seed uint64) (next int, stop string, err error) {
	staged := len(p.given(answered)) > len(answered)
	if staged && len(answered) >= p.stage() {
		return p.staged, "", nil
	}
	done, reason := p.stop.Done(len(answered), post.Score(p.main.Weights))
	if done && !staged && (reason == measure.StopMaxItems || p.covered(answered)) {
		return -1, reason, nil
	}
	selector, err := p.bank.NewSelector(p.objective)
	if err != nil {
		return -1, "", errs.Wrap(err, "assess: selector")
	}
	form, err := selector.Shadow(post, p.given(answered), nil, p.eligible(seed))
	if err != nil {
		return -1, "", errs.Wrap(err, "assess: shadow test")
	}
	i, ok := form.Next()
	if !ok {
		return -1, ReasonExhausted, nil
	}
	return i, "", nil
}

// covered reports whether every competency in scope has an answer: precision alone does not end a positioning that
// would report a competency nobody asked about.
func (p *plan) covered(answered []int) bool {
	seen := map[int]bool{}
	for _, i := range answered {
		seen[p.bank.Item(i).Dim] = true
	}
	return len(seen) == len(p.dims)
}

// eligible leaves out, for this attempt, about one item in four, drawn from its seed, so that two neighbours do not
// meet the same questions and the most informative items are not everyone's first.
func (p *plan) eligible(seed uint64) func(int) bool {
	return func(i int) bool {
		h := seed ^ (uint64(i)+1)*0x9e3779b97f4a7c15 // SplitMix64
		h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		return (h^h>>31)%4 != 0
	}
}

// at returns the pool's index of an item.
func (p *plan) at(itemID string) (int, error) {
	i, ok := p.index[itemID]
	if !ok {
		return 0, fmt.Errorf("assess: item %q is not in the plan", itemID)
	}
	return i, nil
}
