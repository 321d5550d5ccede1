package simulation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"galien/internal/measure"
)

func TestTheSameSeedGivesTheSameBytesWithAnyWorkers(t *testing.T) {
	var want []byte
	for _, workers := range []int{1, 2, 8} {
		setup := national(t, 300, 150, &measure.ExposureRule{Min: 0.005})
		setup.Workers, setup.Block = workers, 40
		got, err := json.Marshal(run1(t, setup))
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%d workers: another report", workers)
		}
	}
	setup := national(t, 300, 150, &measure.ExposureRule{Min: 0.005})
	setup.Block, setup.Seed = 40, setup.Seed+1
	if got, _ := json.Marshal(run1(t, setup)); bytes.Equal(got, want) {
		t.Error("another seed, the same report")
	}
}

// The engine's posterior is that of the population: intervals cover as often as they
// say, within the sampling error of 1,500 candidates (0.6 % on 95 %).
func TestMeasuresAsWellAsItSays(t *testing.T) {
	setup := national(t, 600, 1500, nil)
	r := run1(t, setup)
	whole := r.Scores[0]
	if math.Abs(float64(whole.Coverage)-0.95) > 0.02 || math.Abs(float64(whole.RMSE/whole.MeanSE)-1) > 0.06 || math.Abs(float64(whole.Bias)) > 0.03 {
		t.Errorf("whole: %+v", whole)
	}
	if math.Abs(r.Levels.Accuracy-r.Levels.ExpectedAccuracy) > 0.03 {
		t.Errorf("accuracy %.3f, expected %.3f", r.Levels.Accuracy, r.Levels.ExpectedAccuracy)
	}
	n := 0
	for _, b := range whole.Bands {
		n += b.N
	}
	if n != 1500 || r.Selections != 1500*32 || r.Length != 32 || len(r.Scores) != 21 {
		t.Errorf("%d candidates in bands, %d selections, %d scores", n, r.Selections, len(r.Scores))
	}
}

// Every exam respects the blueprint, and the sums agree with the records.
func TestEveryExamIsOnTheBlueprint(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		setup := national(t, rapid.IntRange(150, 400).Draw(rt, "items"), 30, &measure.ExposureRule{
			Max: rapid.Float64Range(0.2, 0.6).Draw(rt, "ceiling"), Min: rapid.SampledFrom([]float64{0, 0.01}).Draw(rt, "floor"),
		})
		setup.Seed, setup.Block = rapid.Uint64().Draw(rt, "seed"), 7
		given := make([]int, setup.Bank.Len())
		setup.Record = func(candidate int, items, answers []int) {
			inDomain, inCompetency, families := map[int]int{}, map[int]int{}, map[string]int{}
			for _, i := range items {
				it := setup.Bank.Item(i)
				given[i]++
				inDomain[it.Dim/3]++
				inCompetency[it.Dim]++
				families[it.Family]++
			}
			for d := range 5 {
				if inDomain[d] < 5 || inDomain[d] > 8 {
					rt.Errorf("candidate %d: %d items of domain %d", candidate, inDomain[d], d)
				}
			}
			for k := range 15 {
				if inCompetency[k] < 1 || inCompetency[k] > 3 {
					rt.Errorf("candidate %d: %d items of competency %d", candidate, inCompetency[k], k)
				}
			}
			if len(items) != 32 || len(families) != 32 || len(answers) != 32 {
				rt.Errorf("candidate %d: %d items of %d families", candidate, len(items), len(families))
			}
		}
		r := run1(t, setup)
		overlap := 0.0
		for i, item := range r.Exposure.Items {
			if item.Rate != float64(given[i])/30 {
				rt.Errorf("item %d: rate %v of %d in 30", i, item.Rate, given[i])
			}
			overlap += float64(given[i]*(given[i]-1)) / (30 * 29 * 32)
		}
		if math.Abs(overlap-float64(r.Exposure.Overlap)) > 1e-12 {
			rt.Errorf("overlap %v, want %v", r.Exposure.Overlap, overlap)
		}
	})
}

// In each band the exposure stays under the ceiling, but for sampling: five standard
// errors of a rate over the candidates of the band, after those who set the probabilities.
func TestExposureStaysUnderItsCeilingInEachBand(t *testing.T) {
	whole := national(t, 300, 1, nil).Scores[0].Weights
	for seed := range uint64(2) {
		cuts := []float64{-0.5, 0.5}
		setup := national(t, 600, 900, &measure.ExposureRule{Max: 0.3, Cuts: cuts, Score: whole})
		setup.Bands, setup.Seed = cuts, seed
		setup.Start = run1(t, setup).State
		setup.Seed += 100
		r := run1(t, setup)
		for _, b := range r.Exposure.Bands {
			if bound := 0.3 + 5*math.Sqrt(0.3*0.7/float64(b.N)); b.N < 100 || float64(b.Max) > bound {
				t.Errorf("seed %d: band from %v: largest exposure %v of %d, bound %v", seed, b.From, b.Max, b.N, bound)
			}
		}
		if r.Relaxed > 0 {
			t.Errorf("seed %d: %d selections relaxed", seed, r.Relaxed)
		}
	}
}

func TestAnInfeasibleBlueprintIsReportedByName(t *testing.T) {
	setup := national(t, 300, 20, &measure.ExposureRule{})
	bank := setup.Bank
	setup.Excluded = func(item int) bool { return bank.Item(item).Dim == 4 }
	r := run1(t, setup)
	if len(r.Infeasible) != 1 || r.Infeasible[0].Candidates != 20 || !slices.Equal(r.Infeasible[0].Binding, []string{"min competency 2.2"}) {
		t.Errorf("infeasible: %+v", r.Infeasible)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Errorf("the report of no exam at all: %v", err)
	}
}

func TestTheStopRuleEndsExams(t *testing.T) {
	setup := national(t, 300, 50, nil)
	setup.Stop = measure.StopRule{Score: "whole", MinItems: 10, MaxItems: 20, SE: 0.5}
	setup.After = []int{15, 5}
	setup.Record = func(candidate int, items, _ []int) {
		if len(items) < 10 || len(items) > 20 {
			t.Errorf("candidate %d: %d items", candidate, len(items))
		}
	}
	r := run1(t, setup)
	stopped := 0
	for _, s := range r.Stopped {
		stopped += s.Candidates
	}
	if stopped != 50 || r.Length >= 20 || r.After[0].N != 50 || r.After[0].Items != 5 {
		t.Errorf("stopped %+v, length %v, after %+v", r.Stopped, r.Length, r.After)
	}
}

func TestProgressAndCancellation(t *testing.T) {
	setup := national(t, 300, 50, nil)
	setup.Block = 20
	ctx, cancel := context.WithCancel(context.Background())
	var seen []int
	setup.Progress = func(done int) {
		seen = append(seen, done)
		if done == 40 {
			cancel()
		}
	}
	if _, err := Run(ctx, setup); !errors.Is(err, context.Canceled) || !slices.Equal(seen, []int{20, 40}) {
		t.Errorf("%v after %v", err, seen)
	}
}

func TestGroupsMix(t *testing.T) {
	s, err := Population{N: 1, Groups: []Group{
		{Name: "a", Share: 3, Mean: []float64{-5}, Cov: []float64{1e-4}},
		{Name: "b", Share: 1, Mean: []float64{5}, Cov: []float64{1e-4}},
	}}.sampler(1)
	if err != nil {
		t.Fatal(err)
	}
	r, high := random(3), 0
	ability, z := make([]float64, 1), make([]float64, 1)
	for i := range 4000 {
		s.draw(i, r, ability, z)
		if ability[0] > 0 {
			high++
		}
	}
	if math.Abs(float64(high)/4000-0.25) > 0.035 { // five standard errors
		t.Errorf("%d of 4000 are of the second group", high)
	}
}

func TestRefusesWhatMakesNoSense(t *testing.T) {
	for name, change := range map[string]func(*Setup){
		"no bank":       func(s *Setup) { s.Bank = nil },
		"no score":      func(s *Setup) { s.Scores = nil },
		"same name":     func(s *Setup) { s.Scores[1].Name = "whole" },
		"foreign score": func(s *Setup) { s.Scores[0].Weights = []float64{1} },
		"no candidate":  func(s *Setup) { s.Population.N = 0 },
		"mean":          func(s *Setup) { s.Population.Mean = []float64{0} },
		"covariance":    func(s *Setup) { s.Population.Cov = make([]float64, 225) },
		"two ways":      func(s *Setup) { s.Population.Groups = []Group{{}} },
		"share": func(s *Setup) {
			s.Population = Population{N: 1, Groups: []Group{{Mean: s.Prior.Mean, Cov: s.Prior.Cov}}}
		},
		"prior":    func(s *Setup) { s.Prior.Mean = nil },
		"cuts":     func(s *Setup) { s.Cuts = []float64{1, 0} },
		"bands":    func(s *Setup) { s.Bands = []float64{math.NaN()} },
		"after":    func(s *Setup) { s.After = []int{33} },
		"stop":     func(s *Setup) { s.Stop.Score, s.Stop.SE = "other", 1 },
		"exposure": func(s *Setup) { s.Exposure = &measure.ExposureRule{Max: 2} },
		"workers":  func(s *Setup) { s.Workers = -1 },
		"answer":   func(s *Setup) { s.Answer = func(int, int) int { return 9 } },
	} {
		setup := national(t, 300, 2, nil)
		change(&setup)
		if _, err := Run(context.Background(), setup); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
