package assessweb

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"galien/internal/assess"
)

func TestALevelBeginsAtItsNumberOnTheScaleShown(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.Float64Range(0.1, 2), 1, 5).Draw(rt, "steps")
		s := levelScale{titles: make([]string, len(steps)+1)}
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
		if low > high || low < 0 || high > float64(len(s.titles)) {
			rt.Fatalf("abilities %v and %v are shown at %v and %v", min(a, b), max(a, b), low, high)
		}
	})
}

func TestAValueIsWrittenWithinItsLevel(t *testing.T) {
	s := levelScale{titles: []string{"a", "b", "c", "d"}, cuts: []float64{-0.8, 0, 0.8}}
	rapid.Check(t, func(rt *rapid.T) {
		level := rapid.IntRange(0, 3).Draw(rt, "level")
		ability := rapid.Float64Range(-3, 3).Filter(func(x float64) bool { return levelOf(x, s.cuts) == level }).Draw(rt, "ability")
		e := s.estimate("1", "x", assess.Measured{Number: assess.Number{Mean: ability, SE: rapid.Float64Range(0, 1).Draw(rt, "se")}, Level: level, Answers: 3}, 0)
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

func TestTheCertaintyIsThatOfTheLevelShown(t *testing.T) {
	for _, c := range []struct {
		levels []float64
		level  int
		want   string
	}{
		{[]float64{0.05, 0.93, 0.02}, 1, "Ce niveau est presque certain : 93 chances sur 100."},
		{[]float64{0.3, 0.45, 0.25}, 1, "Ce niveau est seulement le plus probable : 45 chances sur 100."},
		{[]float64{0.49, 0.45, 0.06}, 1, "Ce niveau reste incertain : 45 chances sur 100."},
	} {
		got := certainty(t.Context(), assess.Measured{Level: c.level, Levels: c.levels})
		if strings.Join(strings.Fields(got), " ") != c.want {
			t.Errorf("%v, level %d: %q, want %q", c.levels, c.level, got, c.want)
		}
	}
}

func TestAMeasureWithoutAnAnswerIsNotShown(t *testing.T) {
	s := levelScale{titles: []string{"bas", "haut"}, cuts: []float64{0}}
	if e := s.estimate("1.1", "x", assess.Measured{Number: assess.Number{Mean: 1, SE: 1}}, 0); !e.None {
		t.Errorf("a guess is shown as a measure: %+v", e)
	}
	e := s.estimate("1.1", "x", assess.Measured{Number: assess.Number{Mean: 0.2, SE: 0.1}, Level: 1, Answers: 3}, 0)
	if e.None || e.Low >= e.Value || e.Value >= e.High || e.Level != "haut" {
		t.Errorf("a measure is shown as %+v", e)
	}
}
