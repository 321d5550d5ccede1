package fit

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"galien/internal/measure"
)

// The example of Benjamini & Hochberg (1995, section 3.2): the four smallest of 15 are under
// 0.05.
func TestProbabilitiesAreAdjusted(t *testing.T) {
	p := []float64{0.0459, 0.0001, 0.0004, 1, math.NaN(), 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590}
	got := adjust(len(p), func(j int) float64 { return p[j] })
	var under []float64
	for j, v := range got {
		if v < 0.05 {
			under = append(under, p[j])
		}
	}
	slices.Sort(under)
	if fmt.Sprint(under) != "[0.0001 0.0004 0.0019 0.0095]" || !math.IsNaN(got[4]) {
		t.Errorf("under 0.05: %v", under)
	}
	within(t, "second", got[2], 0.0004*15/2, 1e-15)
}

// An easy item, a hard one, one answered at random, a dependent pair, and 15 that are right.
func TestSummariesGatherWhatIsWrong(t *testing.T) {
	rnd := seeded(13)
	items := bank(rnd, 20, measure.TwoPL)
	for j := range items {
		items[j].B[0] = math.Mod(items[j].B[0], 1)
	}
	items[0].B, items[0].A, items[1].B, items[1].A = []float64{-5}, 1, []float64{5}, 1
	items[5].Seconds = 30
	thetas := normals(rnd, 1500)
	table := answersTo(rnd, items, thetas)
	for p, theta := range thetas {
		shared := 2 * rnd.NormFloat64()
		table[p][2] = rnd.IntN(2)
		table[p][3], table[p][4] = draw(rnd, &items[3], theta+shared), draw(rnd, &items[4], theta+shared)
	}
	d := matrix(t, items, table)
	s, err := Summaries(d, evidence(t, d), UsualLimits())
	if err != nil {
		t.Fatal(err)
	}
	has := func(j int, code Code, of string) bool {
		return slices.ContainsFunc(s[j].Flags, func(f Flag) bool { return f.Code == code && f.Of == of })
	}
	for _, want := range []struct {
		item int
		code Code
		of   string
	}{
		{0, TooEasy, ""}, {1, TooHard, ""}, {2, ScoreMisfit, ""}, {2, PredictMisfit, ""}, {2, WeakItem, ""}, {3, LocalDepend, "q5"}, {4, LocalDepend, "q4"},
		{5, OptionUnused, "B"}, {5, SlowItem, ""},
	} {
		if !has(want.item, want.code, want.of) {
			t.Errorf("%s has not %s: %+v", s[want.item].Item, want.code, s[want.item].Flags)
		}
	}
	for _, one := range s[6:] {
		if len(one.Flags) > 0 {
			t.Errorf("%s: %+v", one.Item, one.Flags)
		}
	}
	small := matrix(t, items, table[:50])
	s, err = Summaries(small, evidence(t, small), UsualLimits())
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range s {
		if len(one.Flags) != 1 || one.Flags[0].Code != FewAnswers {
			t.Errorf("of 50 persons: %s: %+v", one.Item, one.Flags)
		}
	}
	if _, err := Summaries(matrix(t, items[:1], [][]int{{1}}), evidence(t, d), UsualLimits()); err == nil {
		t.Error("evidence of other items: no error")
	}
}

// evidence gathers all that can be known; one item has options and times.
func evidence(t testing.TB, d *Data) Evidence {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var e Evidence
	o := Options{Nodes: 41}
	abilities, err := EAP(d, o)
	must(err)
	e.Classical = Classical(d)
	e.Scores, err = ScoreFits(d, o)
	must(err)
	e.Predictions, err = PredictiveFits(d, OnRest, o)
	must(err)
	e.Squares, err = ItemSquares(d, abilities)
	must(err)
	e.Dependence, err = Q3(d, abilities, o)
	must(err)
	item := d.Items() - 1
	if item > 5 {
		item = 5
	}
	rest, err := restEAP(d, item, o)
	must(err)
	var choices []Choice
	var timings []Timing
	for _, theta := range rest {
		if finite(theta) {
			choices = append(choices, Choice{Ability: theta})
			timings = append(timings, Timing{60, theta})
		}
	}
	if len(choices) > 0 {
		options, err := Distractors([]Alternative{{"A", true}, {"B", false}}, choices)
		must(err)
		times, err := Times(timings)
		must(err)
		e.Distractors, e.Times = map[int]*DistractorReport{item: options}, map[int]*TimeReport{item: times}
	}
	return e
}
