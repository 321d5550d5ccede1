package simulation

import (
	"math"
	"slices"
	"strings"

	"galien/internal/measure"
)

// tally adds the outcomes up.
type tally struct {
	setup      *Setup
	candidates int
	selections int
	relaxed    int
	rareTurns  int
	rareMissed int
	items      int
	seconds    float64
	longest    int
	stopped    map[string]int
	infeasible map[string]*Infeasible

	scores []sums         // by score
	banded [][]sums       // by score and band of its true value
	after  []sums         // main score, by Setup.After
	inBand []int          // candidates by band of the estimate of the main score
	given  [][]int        // by band of the estimate of the main score, and item
	levels [][]int        // by true level and level given
	expect levelsExpected // from the posteriors
}

// levelsExpected sums, over the candidates, the probability of the level given and that of the same level twice.
type levelsExpected struct{ accuracy, consistency float64 }

// sums adds up the errors of one score.
type sums struct {
	n                                int
	bias, square, se, covered        float64
	truth, estimate, truth2, est2, x float64 // sums, of squares and of products
}

// normal95 is the 97.5 % quantile of the standard normal.
const normal95 = 1.959963984540054

func (e *sums) add(truth float64, got measure.Estimate) {
	d := got.Mean - truth
	e.n++
	e.bias += d
	e.square += d * d
	e.se += got.SE
	if math.Abs(d) <= normal95*got.SE {
		e.covered++
	}
	e.truth += truth
	e.estimate += got.Mean
	e.truth2 += truth * truth
	e.est2 += got.Mean * got.Mean
	e.x += truth * got.Mean
}

func newTally(s *Setup) *tally {
	bands := len(s.Bands) + 1
	t := &tally{
		setup: s, stopped: map[string]int{}, infeasible: map[string]*Infeasible{},
		scores: make([]sums, len(s.Scores)), banded: make([][]sums, len(s.Scores)), after: make([]sums, len(s.After)),
		inBand: make([]int, bands), given: make([][]int, bands), levels: make([][]int, len(s.Cuts)+1),
	}
	for i := range t.banded {
		t.banded[i] = make([]sums, bands)
	}
	for i := range t.given {
		t.given[i] = make([]int, s.Bank.Len())
	}
	for i := range t.levels {
		t.levels[i] = make([]int, len(s.Cuts)+1)
	}
	return t
}

func (t *tally) add(o *outcome) {
	t.candidates++
	t.selections += len(o.items)
	t.items += len(o.items)
	t.relaxed += o.relaxed
	t.rareTurns += o.rareTurns
	t.rareMissed += o.rareMissed
	t.seconds += float64(o.seconds)
	t.longest = max(t.longest, o.seconds)
	if o.stopped != "" {
		t.stopped[o.stopped]++
	}
	if o.binding != nil {
		t.blocked(o.binding)
	}
	for n, got := range o.estimates {
		t.scores[n].add(o.truth[n], got)
		t.banded[n][band(t.setup.Bands, o.truth[n])].add(o.truth[n], got)
	}
	for n, got := range o.after[:o.reached] {
		t.after[n].add(o.truth[0], got)
	}
	t.expose(o)
	t.classify(o.truth[0], o.estimates[0])
}

// blocked counts an exam that could not go on.
func (t *tally) blocked(binding []string) {
	key := strings.Join(binding, "\n")
	if t.infeasible[key] == nil {
		t.infeasible[key] = &Infeasible{Binding: slices.Clone(binding)}
	}
	t.infeasible[key].Candidates++
}

func (t *tally) expose(o *outcome) {
	b := band(t.setup.Bands, o.estimates[0].Mean)
	t.inBand[b]++
	for _, i := range o.items {
		t.given[b][i]++
	}
}

func (t *tally) classify(truth float64, got measure.Estimate) {
	if len(t.setup.Cuts) == 0 {
		return
	}
	level := band(t.setup.Cuts, got.Mean)
	t.levels[band(t.setup.Cuts, truth)][level]++
	for k, p := range measure.LevelProbabilities(got, t.setup.Cuts) {
		t.expect.consistency += p * p
		if k == level {
			t.expect.accuracy += p
		}
	}
}

// band is the number of cuts that a value reaches.
func band(cuts []float64, v float64) int {
	n := 0
	for n < len(cuts) && v >= cuts[n] {
		n++
	}
	return n
}
