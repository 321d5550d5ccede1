package assessweb

import (
	"math"
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
