package fit

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// Worked by hand: nine persons of abilities 1 to 9. Mean 5, sum of squares about it 60. The key A
// is chosen by 3, 6, 7, 8 and 9 (mean 6.6), B by 1, 2 and 4, C by 5.
func TestDistractorsOfNinePersons(t *testing.T) {
	var choices []Choice
	for i, o := range []int{1, 1, 0, 1, 2, 0, 0, 0, 0} {
		choices = append(choices, Choice{float64(i + 1), []int{o}})
	}
	slices.Reverse(choices)
	choices = append(choices, Choice{math.NaN(), []int{3}})
	r, err := Distractors([]Alternative{{"A", true}, {"B", false}, {"C", false}, {"D", false}}, choices)
	if err != nil {
		t.Fatal(err)
	}
	key, second, unused := r.Options[0], r.Options[1], r.Options[3]
	if r.Persons != 9 || key.Count != 5 || second.Count != 3 || unused.Count != 0 || r.Omitted != 0 {
		t.Errorf("counts of %+v", r)
	}
	within(t, "share", key.Share, 5.0/9, 1e-15)
	within(t, "mean ability of A", key.MeanAbility, 6.6, 1e-15)
	within(t, "mean ability of B", second.MeanAbility, 7.0/3, 1e-15)
	// r = Σ(x - x̄)(y - ȳ) / √(Σ(x - x̄)²·Σ(y - ȳ)²) = 5·(6.6 - 5) / √(5·4/9 · 60)
	within(t, "point-biserial of A", key.PointBiserial, 8/math.Sqrt(20.0/9*60), 1e-14)
	within(t, "point-biserial of B", second.PointBiserial, 3*(7.0/3-5)/math.Sqrt(2*60), 1e-14)
	if key.Thirds != [3]float64{1.0 / 3, 1.0 / 3, 1} || second.Thirds != [3]float64{2.0 / 3, 1.0 / 3, 0} {
		t.Errorf("thirds %v and %v", key.Thirds, second.Thirds)
	}
	if !math.IsNaN(unused.MeanAbility) || !math.IsNaN(unused.PointBiserial) {
		t.Errorf("an option that nobody chose: %+v", unused)
	}
	if flags := r.Flags(Limits{MinimumPersons: 9}); len(flags) != 1 || flags[0].Code != OptionUnused || flags[0].Of != "D" {
		t.Errorf("flags %+v", flags)
	}
	if flags := r.Flags(Limits{MinimumPersons: 10}); len(flags) != 1 || flags[0].Code != FewAnswers {
		t.Errorf("flags of too few %+v", flags)
	}
}

// The able prefer the distractor B, and the key A is left to the others.
func TestAWrongKeyIsFlagged(t *testing.T) {
	var choices []Choice
	for i := range 90 {
		o := []int{0}
		switch {
		case i >= 50:
			o = []int{1}
		case i%10 == 0:
			o = nil
		}
		choices = append(choices, Choice{float64(i), o})
	}
	r, err := Distractors([]Alternative{{"A", true}, {"B", false}}, choices)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "omitted", r.Omitted, 5.0/90, 1e-12)
	flags := r.Flags(Limits{MinimumPersons: 50})
	if len(flags) != 2 || flags[0].Code != KeyNegative || flags[0].Of != "A" || flags[1].Code != OptionAboveKey || flags[1].Of != "B" {
		t.Errorf("flags %+v", flags)
	}
}

func TestWrongChoicesAreRefused(t *testing.T) {
	options := []Alternative{{"A", true}, {"B", false}}
	for name, c := range map[string]struct {
		options []Alternative
		choices []Choice
	}{
		"no key":         {options[1:], []Choice{{0, []int{0}}}},
		"no name":        {[]Alternative{{"", true}}, []Choice{{0, []int{0}}}},
		"same name":      {[]Alternative{{"A", true}, {"A", false}}, []Choice{{0, []int{0}}}},
		"unknown option": {options, []Choice{{0, []int{2}}}},
		"twice":          {options, []Choice{{0, []int{1, 1}}}},
		"no choice":      {options, nil},
		"no ability":     {options, []Choice{{math.NaN(), []int{1}}, {math.Inf(1), nil}}},
	} {
		if _, err := Distractors(c.options, c.choices); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	r, err := Distractors(options, []Choice{{1, []int{0}}})
	if err != nil || r.Options[0].Share != 1 || !math.IsNaN(r.Options[0].PointBiserial) || !math.IsNaN(r.Options[0].Thirds[2]) {
		t.Errorf("one person: %+v, %v", r, err)
	}
}

// Worked by hand: times e⁰, e¹, e², e³ and e⁴ seconds, abilities that fall as they rise.
func TestTimes(t *testing.T) {
	var timings []Timing
	for i := range 5 {
		timings = append(timings, Timing{math.Exp(float64(i)), -float64(i)})
	}
	timings[4].Ability = math.NaN()
	r, err := Times(timings)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "median", r.Median, math.Exp(2), 1e-14)
	within(t, "correlation", r.Correlation, -1, 1e-14)
	within(t, "threshold", r.Threshold, math.Exp(2)/10, 1e-14)
	if fmt.Sprint(r.LogQuartiles) != "[1 2 3]" || r.Rapid != 0 || r.Persons != 5 {
		t.Errorf("%+v", r)
	}
	for i := range timings {
		timings[i].Seconds = 200
	}
	timings[0].Seconds = 9 // the threshold is 10 seconds, not 20
	if r, err = Times(timings); err != nil || r.Threshold != 10 || r.Rapid != 0.2 {
		t.Errorf("%+v, %v", r, err)
	}
	limits := UsualLimits()
	limits.MinimumPersons = 5
	if flags := r.Flags(100, limits); len(flags) != 2 || flags[0].Code != RapidAnswers || flags[1].Code != SlowItem || flags[1].Limit != 150 {
		t.Errorf("flags %+v", flags)
	}
	if flags := r.Flags(0, UsualLimits()); len(flags) != 1 || flags[0].Code != FewAnswers {
		t.Errorf("flags of too few %+v", flags)
	}
	for _, seconds := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := Times([]Timing{{seconds, 0}}); err == nil {
			t.Errorf("%v seconds: no error", seconds)
		}
	}
	if _, err := Times(nil); err == nil {
		t.Error("no time: no error")
	}
	if r, err = Times(timings[:1]); err != nil || !math.IsNaN(r.Correlation) || math.Abs(r.Median-9) > 1e-12 {
		t.Errorf("one time: %+v, %v", r, err)
	}
}
