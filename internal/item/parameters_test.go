package item

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"galien/internal/measure"
)

func TestExpertParametersFollowLevelAndType(t *testing.T) {
	for kind, want := range map[Type]measure.Item{
		Single:   {ID: "wet-floor", Model: measure.ThreePL, A: 1, B: []float64{-0.4}, C: 0.333333, Dim: 4, Seconds: 40},
		Multiple: {ID: "what-to-say", Model: measure.GPCM, A: 1, B: []float64{-1.6, -0.8}, Dim: 4, Family: "calls", Seconds: 60},
		Text:     {ID: "european-number", Model: measure.TwoPL, A: 1, B: []float64{0.4}, Dim: 4, Seconds: 30},
		Order:    {ID: "bleeding", Model: measure.GPCM, A: 1, B: []float64{0.8, 1.6}, Dim: 4, Seconds: 60},
		Match:    {ID: "who-does-what", Model: measure.GPCM, A: 1, B: []float64{-0.8, 0}, Dim: 4, Seconds: 70},
		Scenario: {ID: "burn-in-the-kitchen", Model: measure.GPCM, A: 1, B: []float64{0, 0.4, 0.8}, Dim: 4, Seconds: 120},
	} {
		it := sampleItem(t, kind)
		got := it.Measure(4)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
		if err := got.Validate(); err != nil {
			t.Error(err)
		}
		if got.Categories() != it.Max()+1 {
			t.Errorf("%s: %d categories for credits 0 to %d", kind, got.Categories(), it.Max())
		}
		if p := it.ExpertParameters(); p.Provenance != Expert || p.SEB.Float() != 0.8 || p.SELogA.Float() != 0.4 {
			t.Errorf("%s: %+v", kind, p)
		}
	}
}

func TestExpertDifficultiesAreEvenlySpaced(t *testing.T) {
	for level, want := range map[int]float64{1: -1.2, 2: -0.4, 3: 0.4, 4: 1.2} {
		if got := millionths(expertDifficulty(level)).Float(); got != want {
			t.Errorf("level %d: %v, want %v", level, got, want)
		}
	}
}
