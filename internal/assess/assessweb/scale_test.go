package assessweb

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"galien/internal/assess"
	"galien/internal/measure"
)

func TestALevelBeginsAtItsNumberOnTheScaleShown(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.Float64Range(0.1, 2), 1, 5).Draw(rt, "steps")
		s := levelScale{levels: make([]string, len(steps)+1)}
		at := -1.5
		for _, step := range steps {
			at += step
			s.cuts = append(s.cuts, at)
		}
		for k, cut := range s.cuts {
			if got := s.place(cut); math.Abs(got-float64(k+1)) > 1e-9 {
				rt.Fatalf("cut %d is shown at %v", k, got)
			}
		}
		a, b := rapid.Float64Range(-6, 6).Draw(rt, "a"), rapid.Float64Range(-6, 6).Draw(rt, "b")
		low, high := s.place(min(a, b)), s.place(max(a, b))
		if low > high || low < 0 || high > float64(len(s.levels)) {
			rt.Fatalf("abilities %v and %v are shown at %v and %v", min(a, b), max(a, b), low, high)
		}
	})
}

func TestAValueIsWrittenWithinItsLevel(t *testing.T) {
	s := levelScale{levels: []string{"a", "b", "c", "d"}, cuts: []float64{-0.8, 0, 0.8}}
	rapid.Check(t, func(rt *rapid.T) {
		level := rapid.IntRange(0, 3).Draw(rt, "level")
		ability := rapid.Float64Range(-3, 3).Filter(func(x float64) bool { return levelOf(x, s.cuts) == level }).Draw(rt, "ability")
		e := s.estimate("1", "x", assess.Measured{Number: assess.Number{Mean: ability, SE: rapid.Float64Range(0, 1).Draw(rt, "se")}, Level: level, Levels: []float64{1, 1, 1, 1}, Answers: 3}, 0)
		if last := level == 3; e.Value < float64(level) || e.Value >= float64(level+1) && !last || e.Value > 4 {
			rt.Fatalf("ability %v of level %d is written %v", ability, level, e.Value)
		}
		if e.Low > e.Value || e.Value > e.High || math.Abs(e.Value-s.place(ability)) > 0.1+1e-9 {
			rt.Fatalf("ability %v is written %v, between %v and %v", ability, e.Value, e.Low, e.High)
		}
	})
}

// levelOf counts the cuts at or below an ability.
func levelOf(ability float64, cuts []float64) (n int) {
	for _, c := range cuts {
		if ability >= c {
			n++
		}
	}
	return n
}

func TestTheHeadlineClaimsNoMoreThanTheMeasureKnows(t *testing.T) {
	s := levelScale{levels: []string{"bas", "moyen", "haut"}}
	for _, c := range []struct {
		levels []float64
		level  int
		want   string
	}{
		{[]float64{0.05, 0.93, 0.02}, 1, "moyen. Ce niveau est presque certain : 93 chances sur 100."},
		{[]float64{0.3, 0.55, 0.15}, 1, "moyen. Ce niveau est plus probable que les autres, sans plus : 55 chances sur 100."},
		{[]float64{0.3, 0.45, 0.25}, 1, "bas – moyen. La mesure ne permet pas de trancher. Il y a 75 chances sur 100 que ce soit l’un de ces niveaux."},
		{[]float64{0.03, 0.48, 0.49}, 1, "moyen – haut. La mesure ne permet pas de trancher. Il y a 97 chances sur 100 que ce soit l’un de ces niveaux."},
		{[]float64{0.03, 0.49, 0.48}, 2, "moyen – haut. La mesure ne permet pas de trancher. Il y a 97 chances sur 100 que ce soit l’un de ces niveaux."},
	} {
		m := assess.Measured{Level: c.level, Levels: c.levels}
		low, high := headline(m)
		got := s.titles(low, high) + ". " + certainty(t.Context(), m, low, high)
		if strings.Join(strings.Fields(got), " ") != c.want {
			t.Errorf("%v, level %d: %q, want %q", c.levels, c.level, got, c.want)
		}
	}
}

func TestALevelInAChartIsTheRunThatHoldsTheMeasure(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cuts := []float64{-1.6, -0.8, 0, 0.8}
		e := measure.Estimate{Mean: rapid.Float64Range(-3, 3).Draw(rt, "mean"), SE: rapid.Float64Range(0.05, 2).Draw(rt, "se")}
		m := assess.Measured{Level: levelOf(e.Mean, cuts), Levels: measure.LevelProbabilities(e, cuts)}
		low, high := credible(m)
		if low > m.Level || high < m.Level || total(m.Levels[low:high+1]) < 0.8 {
			rt.Fatalf("%v: levels %d to %d, of %v", e, low, high, m.Levels)
		}
		if low < high && total(m.Levels[low:high]) >= 0.8 && low <= m.Level && m.Level < high {
			rt.Fatalf("%v: levels %d to %d, where fewer hold it: %v", e, low, high, m.Levels)
		}
	})
}

func TestAMeasureWithoutAnAnswerIsNotShown(t *testing.T) {
	s := levelScale{levels: []string{"bas", "haut"}, cuts: []float64{0}}
	if e := s.estimate("1.1", "x", assess.Measured{Number: assess.Number{Mean: 1, SE: 1}}, 0); !e.None {
		t.Errorf("a guess is shown as a measure: %+v", e)
	}
	e := s.estimate("1.1", "x", assess.Measured{Number: assess.Number{Mean: 0.2, SE: 0.1}, Level: 1, Levels: []float64{0.1, 0.9}, Answers: 3}, 0)
	if e.None || e.Low >= e.Value || e.Value >= e.High || e.Level != "haut" {
		t.Errorf("a measure is shown as %+v", e)
	}
}
