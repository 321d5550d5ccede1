package measure

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestLevelProbabilitiesOfANormalScore(t *testing.T) {
	// Φ(-1), Φ(1)-Φ(-1), 1-Φ(1).
	got := LevelProbabilities(Estimate{Mean: 0.5, SE: 0.5}, []float64{0, 1})
	for k, want := range []float64{0.15865525393145705, 0.6826894921370859, 0.15865525393145705} {
		near(t, "probability", got[k], want, 1e-15)
	}
	// Φ(-20): the digits of a far tail are kept.
	far := LevelProbabilities(Estimate{Mean: 0, SE: 1}, []float64{20})[1]
	if math.Abs(far/2.7536241186062337e-89-1) > 1e-12 {
		t.Errorf("far tail %v", far)
	}
}

func TestLevelProbabilitiesAddUpToOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e := Estimate{Mean: rapid.Float64Range(-5, 5).Draw(rt, "mean"), SE: rapid.Float64Range(0, 3).Draw(rt, "se")}
		cuts := []float64{-1, rapid.Float64Range(-0.9, 0.9).Draw(rt, "cut"), 1}
		sum := 0.0
		for _, p := range LevelProbabilities(e, cuts) {
			if !(p >= 0 && p <= 1) {
				rt.Errorf("probability %v", p)
			}
			sum += p
		}
		if math.Abs(sum-1) > 1e-14 {
			rt.Errorf("sum %v", sum)
		}
	})
}

func TestACertainScoreAtACutHasTheLevelAbove(t *testing.T) {
	levels := LevelProbabilities(Estimate{Mean: 1}, []float64{0, 1, 2})
	if levels[2] != 1 {
		t.Errorf("levels %v, want all of level 2", levels)
	}
}

func TestCheckCuts(t *testing.T) {
	for _, cuts := range [][]float64{{0, 0}, {1, 0}, {math.NaN()}, {0, math.Inf(1)}} {
		if CheckCuts(cuts) == nil {
			t.Errorf("%v accepted", cuts)
		}
	}
	if err := CheckCuts([]float64{-1, 0, 2}); err != nil {
		t.Error(err)
	}
}
