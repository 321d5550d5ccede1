package assembly

// Workspace holds what an assembly needs besides its plan, and is used again from
// one assembly to the next: in steady state nothing is allocated. One goroutine
// uses it at a time. What its methods return is valid until the next call.
type Workspace struct {
	plan     *Plan
	parts    []part
	lists    [][]Candidate // by pool, of Assemble
	ofFamily [][]Candidate // by pool, what the families leave of a list
	inFamily []int         // items of each family so far
	touched  []int32       // families with items
	given    []bool
	free     []int
	sums     []int  // of the rows
	exact    *exact // for a plan with crossing constraints
}

// part is the optimal content of a group: given items (only counted), free items
// that every solution kept so far needs, and optional ones.
type part struct {
	count              int // given and required
	required, optional sorted
}

// NewWorkspace returns an empty workspace.
func (p *Plan) NewWorkspace() *Workspace {
	return &Workspace{
		plan: p, parts: make([]part, len(p.groups)), given: make([]bool, len(p.items)),
		lists: make([][]Candidate, len(p.byPool)), ofFamily: make([][]Candidate, len(p.byPool)), inFamily: make([]int, p.families),
	}
}

func (w *Workspace) reset() {
	for n := range w.parts {
		part := &w.parts[n]
		part.count, part.required.list, part.optional.list = 0, nil, nil
	}
	for _, f := range w.touched {
		w.inFamily[f] = 0
	}
	w.touched = w.touched[:0]
}

// admit counts an item in its family, and tells whether there was room for it.
func (w *Workspace) admit(item int) bool {
	if w.plan.family == nil {
		return true
	}
	f := w.plan.family[item]
	if f < 0 {
		return true
	}
	if w.inFamily[f] == w.plan.familyMax {
		return false
	}
	if w.inFamily[f] == 0 {
		w.touched = append(w.touched, f)
	}
	w.inFamily[f]++
	return true
}
