package classification

import (
	"math"
	"math/rand/v2"
	"testing"

	"galien/internal/measure"
)

// draw answers an item at an ability.
func draw(rng *rand.Rand, it *measure.Item, theta float64) measure.Response {
	u, k := rng.Float64(), 0
	for _, p := range it.Probabilities(theta, nil) {
		if u < p {
			break
		}
		u -= p
		k++
	}
	return measure.Response{Item: it, Category: min(k, it.Categories()-1)}
}

// rate is how often someone of an ability is placed in a level, with the mean length.
func rate(t *testing.T, s SPRT, items []measure.Item, theta float64, level int) (share, length float64) {
	t.Helper()
	const persons = 4000
	rng := rand.New(rand.NewPCG(uint64(level), math.Float64bits(theta)))
	for range persons {
		q, err := s.Start()
		if err != nil {
			t.Fatal(err)
		}
		v := Verdict{}
		for v.Rule == Undecided {
			if v, err = q.Answer(draw(rng, &items[rng.IntN(len(items))], theta)); err != nil {
				t.Fatal(err)
			}
			length++
		}
		if v.Level == level {
			share++
		}
	}
	return share / persons, length / persons
}

// Wald's bounds keep the errors under alpha/(1-beta) and beta/(1-alpha), without a
// maximum length, for dichotomous and polytomous items alike; four standard errors of
// 4,000 persons are allowed. Overshooting the bounds makes the errors smaller.
func TestSPRTErrorRates(t *testing.T) {
	for name, items := range map[string][]measure.Item{"dichotomous": mixed()[:3], "polytomous": mixed()[3:]} {
		s := SPRT{Cuts: []float64{0.3}, Delta: 0.4, Alpha: 0.05, Beta: 0.1}
		for _, c := range []struct {
			theta, bound float64
			wrong        int
		}{{-0.1, 0.05 / 0.9, 1}, {0.7, 0.1 / 0.95, 0}} {
			got, length := rate(t, s, items, c.theta, c.wrong)
			if got > c.bound+4*math.Sqrt(c.bound/4000) || got < c.bound/4 {
				t.Errorf("%s at %v: error rate %v, bound %v", name, c.theta, got, c.bound)
			}
			far, short := rate(t, s, items, 0.3+4*(c.theta-0.3), c.wrong)
			if far > got || short > length {
				t.Errorf("%s: far from the cut: error %v of %v, length %v of %v", name, far, got, short, length)
			}
		}
	}
}

// Three levels: someone in the middle of one is placed there.
func TestSPRTOfSeveralCuts(t *testing.T) {
	s := SPRT{Cuts: []float64{-1, 1}, Delta: 0.4, Alpha: 0.05, Beta: 0.05}
	for level, theta := range []float64{-1.6, 0, 1.6} {
		if got, _ := rate(t, s, mixed(), theta, level); got < 0.95 {
			t.Errorf("level %d: %v", level, got)
		}
	}
}

// One 2PL item of slope 1 at the cut: a right answer adds log(L(δ)/L(-δ)) = δ.
func TestSPRTByHand(t *testing.T) {
	it := measure.Item{ID: "q", Model: measure.TwoPL, A: 1, B: []float64{0}}
	s := SPRT{Cuts: []float64{0}, Delta: 0.5, Alpha: 0.05, Beta: 0.05, Maximum: 9}
	q, err := s.Start()
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 6; n++ {
		v, err := q.Answer(measure.Response{Item: &it, Category: 1})
		if err != nil {
			t.Fatal(err)
		}
		ratios, _, high := q.Ratios()
		if math.Abs(ratios[0]-0.5*float64(n)) > 1e-14 || math.Abs(high-math.Log(19)) > 1e-14 {
			t.Errorf("%d answers: %v, bound %v", n, ratios, high)
		}
		if want := map[bool]Verdict{false: {}, true: {1, RatioTest}}[n == 6]; v != want { // log 19 is 2.94
			t.Errorf("%d answers: %+v", n, v)
		}
	}
	if v, err := q.Answer(measure.Response{Item: &it}); err != nil || v != (Verdict{1, RatioTest}) {
		t.Errorf("an answer after the verdict: %+v, %v", v, err)
	}
	if q, err = s.Start(); err != nil {
		t.Fatal(err)
	}
	var v Verdict
	for n := range 9 { // wrong, right, wrong, … five wrong of nine
		if v, err = q.Answer(measure.Response{Item: &it, Category: n % 2}); err != nil {
			t.Fatal(err)
		}
	}
	if v != (Verdict{0, MaximumLength}) {
		t.Errorf("maximum length: %+v", v)
	}
}

func TestSPRTErrors(t *testing.T) {
	good := SPRT{Cuts: []float64{0, 2}, Delta: 0.5, Alpha: 0.05, Beta: 0.05}
	for name, change := range map[string]func(*SPRT){
		"no cut":            func(s *SPRT) { s.Cuts = nil },
		"cut NaN":           func(s *SPRT) { s.Cuts = []float64{math.NaN()} },
		"no indifference":   func(s *SPRT) { s.Delta = 0 },
		"indifference NaN":  func(s *SPRT) { s.Delta = math.NaN() },
		"regions that meet": func(s *SPRT) { s.Delta = 1 },
		"alpha":             func(s *SPRT) { s.Alpha = 0.5 },
		"beta":              func(s *SPRT) { s.Beta = math.NaN() },
		"maximum":           func(s *SPRT) { s.Maximum = -1 },
	} {
		s := good
		change(&s)
		if _, err := s.Start(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	q, err := good.Start()
	if err != nil {
		t.Fatal(err)
	}
	items := mixed()
	for name, r := range map[string]measure.Response{
		"no item": {}, "broken item": {Item: &measure.Item{ID: "x"}}, "category": {Item: &items[0], Category: 2}, "negative": {Item: &items[0], Category: -1},
	} {
		if _, err := q.Answer(r); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestIntervalByHand(t *testing.T) {
	v := Interval{Cuts: []float64{0, 1}, Minimum: 5, Maximum: 10}
	for _, c := range []struct {
		mean, se float64
		answers  int
		want     Verdict
	}{
		{-0.5, 0.3, 5, Verdict{0, Confidence}}, // -0.5 + 1.645·0.3 = -0.007
		{-0.5, 0.31, 5, Verdict{}},
		{-0.5, 0.3, 4, Verdict{}},
		{0.5, 0.3, 5, Verdict{1, Confidence}}, // within [0.007, 0.993]
		{0.5, 0.31, 9, Verdict{}},
		{0.5, 0.31, 10, Verdict{1, MaximumLength}},
		{1, 0.5, 10, Verdict{2, MaximumLength}}, // on the cut: above
		{2, math.Inf(1), 9, Verdict{}},
		{2, math.Inf(1), 10, Verdict{2, MaximumLength}},
		{0, 0, 5, Verdict{1, Confidence}},
	} {
		got, err := v.Decide(measure.Estimate{Mean: c.mean, SE: c.se}, c.answers)
		if err != nil || got != c.want {
			t.Errorf("%+v: %+v, %v", c, got, err)
		}
	}
	for name, bad := range map[string]Interval{
		"no cut": {}, "confidence": {Cuts: []float64{0}, Confidence: 1}, "confidence NaN": {Cuts: []float64{0}, Confidence: math.NaN()},
		"lengths": {Cuts: []float64{0}, Minimum: 5, Maximum: 4},
	} {
		if _, err := bad.Decide(measure.Estimate{SE: 1}, 1); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, e := range []measure.Estimate{{Mean: math.NaN(), SE: 1}, {SE: math.NaN()}, {SE: -1}, {Mean: math.Inf(1), SE: 1}} {
		if _, err := v.Decide(e, 1); err == nil {
			t.Errorf("%+v: no error", e)
		}
	}
	if _, err := v.Decide(measure.Estimate{SE: 1}, -1); err == nil {
		t.Error("negative length: no error")
	}
}

// Decided once, at a fixed length, by the interval of the maximum likelihood estimate:
// someone on the cut is placed above it one time in twenty. Four standard errors of 4,000
// persons are allowed, and one per cent for the normal approximation. Under the Rasch
// model the estimate depends on the total alone.
func TestIntervalErrorRate(t *testing.T) {
	const persons, length = 4000, 60
	rng := rand.New(rand.NewPCG(5, 5))
	v := Interval{Cuts: []float64{0.3}}
	var verdicts [length]Verdict // by total
	items := make([]measure.Item, length)
	answers := make([]measure.Response, length)
	for n := range items {
		items[n] = measure.Item{ID: "q", Model: measure.OnePL, B: []float64{float64(n%7)/3 - 1}}
		answers[n] = measure.Response{Item: &items[n]}
	}
	for total := 1; total < length; total++ {
		answers[total-1].Category = 1
		e, err := measure.ML(answers)
		if err != nil {
			t.Fatal(err)
		}
		if verdicts[total], err = v.Decide(e, length); err != nil {
			t.Fatal(err)
		}
	}
	above := 0.0
	for range persons {
		total := 0
		for n := range items {
			total += draw(rng, &items[n], 0.3).Category
		}
		if verdicts[total] == (Verdict{1, Confidence}) {
			above++
		}
	}
	if got := above / persons; math.Abs(got-0.05) > 0.01+4*math.Sqrt(0.05*0.95/persons) {
		t.Errorf("placed above: %v", got)
	}
}
