package simulation

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"galien/internal/measure"
)

// Report is the result of a simulation, ready for JSON.
type Report struct {
	Candidates  int          `json:"candidates"`
	Selections  int          `json:"selections"` // items given, each chosen by a shadow test
	Length      float64      `json:"length"`     // mean number of items of an exam
	Scores      []Precision  `json:"scores"`     // the main score first
	After       []Precision  `json:"after,omitempty"`
	Exposure    Exposure     `json:"exposure"`
	Levels      *Levels      `json:"levels,omitempty"`
	Infeasible  []Infeasible `json:"infeasible"`
	Stopped     []Stopped    `json:"stopped,omitempty"`
	Relaxed     int          `json:"relaxed"` // selections for which the ceiling gave way to the blueprint
	RareTurns   int          `json:"rareTurns"`
	RareMissed  int          `json:"rareMissed"`  // rare turns that the blueprint did not allow
	MeanSeconds float64      `json:"meanSeconds"` // of an exam, from the items' expected times
	MaxSeconds  int          `json:"maxSeconds"`

	// State is that of exposure at the end, to go on from.
	State *measure.ExposureState `json:"state,omitempty"`
}

// Precision is how well a score is estimated. The error is estimate less truth.
type Precision struct {
	Name        string  `json:"name"`
	Items       int     `json:"items,omitempty"` // in Report.After: how many had been given
	N           int     `json:"n"`
	Bias        Number  `json:"bias"`
	RMSE        Number  `json:"rmse"`
	MeanSE      Number  `json:"meanSE"`
	Coverage    Number  `json:"coverage"`    // of 95 % intervals
	Correlation Number  `json:"correlation"` // of truth and estimate
	Bands       []Range `json:"bands,omitempty"`
}

// Range is the precision for the candidates whose true score is in [From, To).
type Range struct {
	From   Number `json:"from"` // -Inf is null
	To     Number `json:"to"`   // +Inf is null
	N      int    `json:"n"`
	Bias   Number `json:"bias"`
	RMSE   Number `json:"rmse"`
	MeanSE Number `json:"meanSE"`
}

// Exposure is how the bank is used. A rate is the share of the candidates who got
// the item; those of a band are candidates whose estimated main score is in it.
type Exposure struct {
	Max       float64    `json:"max"`
	Quantiles []Quantile `json:"quantiles"`
	NeverUsed int        `json:"neverUsed"` // items
	// Overlap is the share of an exam that two candidates drawn at random have in common, on average.
	Overlap Number     `json:"overlap"`
	Items   []ItemRate `json:"items"`
	Bands   []BandRate `json:"bands"`
}

// Quantile of the rates of all items.
type Quantile struct {
	P    float64 `json:"p"`
	Rate float64 `json:"rate"`
}

// ItemRate is the exposure of an item.
type ItemRate struct {
	ID    string   `json:"id"`
	Rate  float64  `json:"rate"`
	Bands []Number `json:"bands"` // null where the band is empty
}

// BandRate is the exposure within a band.
type BandRate struct {
	From Number `json:"from"`
	To   Number `json:"to"`
	N    int    `json:"n"`
	Max  Number `json:"max"` // largest rate of an item in the band
}

// Levels is how the main score decides.
type Levels struct {
	Cuts      []float64 `json:"cuts"`
	Confusion [][]int   `json:"confusion"` // [true level][level given], candidates
	Accuracy  float64   `json:"accuracy"`  // share given their true level
	// ExpectedAccuracy and Consistency come from the posteriors (Rudner 2005; Lee 2010): the mean
	// probability of the level given, and of the same level in two exams alike.
	ExpectedAccuracy float64 `json:"expectedAccuracy"`
	Consistency      float64 `json:"consistency"`
}

// Infeasible counts the candidates whose exam could not go on for these constraints.
type Infeasible struct {
	Binding    []string `json:"binding"`
	Candidates int      `json:"candidates"`
}

// Stopped counts the exams that the stop rule ended, by reason.
type Stopped struct {
	Reason     string `json:"reason"`
	Candidates int    `json:"candidates"`
}

// Number is a figure that may not exist: NaN and infinities are null in JSON.
type Number float64

// MarshalJSON writes the number, or null.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	b, err := json.Marshal(float64(n))
	if err != nil {
		return nil, fmt.Errorf("simulation: number: %w", err)
	}
	return b, nil
}

// UnmarshalJSON reads null as NaN.
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	if err := json.Unmarshal(b, (*float64)(n)); err != nil {
		return fmt.Errorf("simulation: number: %w", err)
	}
	return nil
}

func (r *run) report() *Report {
	t := r.tally
	n := float64(t.candidates)
	rep := &Report{
		Candidates: t.candidates, Selections: t.selections, Length: float64(t.items) / n,
		Exposure: t.exposure(), Levels: t.decided(), Infeasible: []Infeasible{},
		Relaxed: t.relaxed, RareTurns: t.rareTurns, RareMissed: t.rareMissed,
		MeanSeconds: t.seconds / n, MaxSeconds: t.longest,
	}
	for i := range t.scores {
		p := t.scores[i].precision(r.setup.Scores[i].Name)
		p.Bands = t.ranges(t.banded[i])
		rep.Scores = append(rep.Scores, p)
	}
	for i := range t.after {
		p := t.after[i].precision(r.setup.Scores[0].Name)
		p.Items = r.setup.After[i]
		rep.After = append(rep.After, p)
	}
	for _, key := range slices.Sorted(maps.Keys(t.infeasible)) {
		rep.Infeasible = append(rep.Infeasible, *t.infeasible[key])
	}
	for _, reason := range slices.Sorted(maps.Keys(t.stopped)) {
		rep.Stopped = append(rep.Stopped, Stopped{reason, t.stopped[reason]})
	}
	if r.exposure != nil {
		state := r.exposure.State()
		rep.State = &state
	}
	return rep
}

// precision of a score; not a number where there is no candidate or no spread.
func (e *sums) precision(name string) Precision {
	n := float64(e.n)
	covariance := e.x - e.truth*e.estimate/n
	spread := (e.truth2 - e.truth*e.truth/n) * (e.est2 - e.estimate*e.estimate/n)
	return Precision{
		Name: name, N: e.n, Bias: Number(e.bias / n), RMSE: Number(math.Sqrt(e.square / n)), MeanSE: Number(e.se / n),
		Coverage: Number(e.covered / n), Correlation: Number(covariance / math.Sqrt(max(spread, 0))),
	}
}

func (t *tally) ranges(banded []sums) []Range {
	ranges := make([]Range, len(banded))
	for i := range banded {
		p := banded[i].precision("")
		from, to := t.bounds(i)
		ranges[i] = Range{From: from, To: to, N: p.N, Bias: p.Bias, RMSE: p.RMSE, MeanSE: p.MeanSE}
	}
	return ranges
}

// bounds of a band.
func (t *tally) bounds(band int) (from, to Number) {
	from, to = Number(math.Inf(-1)), Number(math.Inf(1))
	if band > 0 {
		from = Number(t.setup.Bands[band-1])
	}
	if band < len(t.setup.Bands) {
		to = Number(t.setup.Bands[band])
	}
	return from, to
}

func (t *tally) exposure() Exposure {
	var e Exposure
	n := float64(t.candidates)
	rates := make([]float64, t.setup.Bank.Len())
	pairs := 0.0
	for b, size := range t.inBand {
		from, to := t.bounds(b)
		most := Number(math.NaN())
		if size > 0 {
			most = Number(float64(slices.Max(t.given[b])) / float64(size))
		}
		e.Bands = append(e.Bands, BandRate{From: from, To: to, N: size, Max: most})
	}
	for i := range rates {
		item := ItemRate{ID: t.setup.Bank.Item(i).ID}
		count := 0
		for b, size := range t.inBand {
			count += t.given[b][i]
			item.Bands = append(item.Bands, Number(float64(t.given[b][i])/float64(size)))
		}
		if count == 0 {
			e.NeverUsed++
		}
		pairs += float64(count) * float64(count-1)
		rates[i] = float64(count) / n
		item.Rate = rates[i]
		e.Items = append(e.Items, item)
	}
	// Of n(n-1) ordered pairs of candidates, count·(count-1) share the item (Chen, Ankenmann & Spray 2003).
	e.Overlap = Number(pairs / (n - 1) / float64(t.items))
	slices.SortFunc(rates, cmp.Compare[float64])
	for _, p := range []float64{0, 0.05, 0.25, 0.5, 0.75, 0.95, 1} {
		e.Quantiles = append(e.Quantiles, Quantile{p, rates[int(math.Round(p*float64(len(rates)-1)))]})
	}
	e.Max = rates[len(rates)-1]
	return e
}

func (t *tally) decided() *Levels {
	if len(t.setup.Cuts) == 0 {
		return nil
	}
	right := 0
	for k, row := range t.levels {
		right += row[k]
	}
	n := float64(t.candidates)
	return &Levels{
		Cuts: t.setup.Cuts, Confusion: t.levels, Accuracy: float64(right) / n,
		ExpectedAccuracy: t.expect.accuracy / n, Consistency: t.expect.consistency / n,
	}
}
