package simulation

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"

	"galien/internal/measure"
)

// national is an exam of 32 on 15 competencies in 5 domains, from a bank of the
// given number of items, in families of two, under a blueprint.
func national(t testing.TB, items, candidates int, rule *measure.ExposureRule) Setup {
	t.Helper()
	domainOf := make([]int, 15)
	whole := measure.Score{Name: "whole", Weights: make([]float64, 15), Importance: 1}
	bp := measure.Blueprint{Length: 32, FamilyMax: 1}
	var domains, competencies []measure.Score
	for d, hours := range []float64{6, 5, 5, 6, 6} {
		domain := measure.Score{Name: fmt.Sprint("domain ", d+1), Weights: make([]float64, 15), Importance: 0.2}
		group := measure.Group{Name: domain.Name, Min: 5, Max: 8}
		for k := 3 * d; k < 3*d+3; k++ {
			domainOf[k] = d
			whole.Weights[k], domain.Weights[k] = hours/28/3, 1.0/3
			competency := measure.Score{Name: fmt.Sprintf("competency %d.%d", d+1, k-3*d+1), Weights: make([]float64, 15)}
			competency.Weights[k] = 1
			competencies = append(competencies, competency)
			group.Dims = append(group.Dims, k)
			bp.Groups = append(bp.Groups, measure.Group{Name: competency.Name, Dims: []int{k}, Min: 1, Max: 3})
		}
		domains = append(domains, domain)
		bp.Groups = append(bp.Groups, group)
	}
	r := rand.New(rand.NewPCG(1, 2))
	pool := make([]measure.Item, items)
	for i := range pool {
		pool[i] = measure.Item{
			ID: fmt.Sprint("q", i), Model: measure.TwoPL, Dim: i % 15, Family: fmt.Sprintf("f%d-%d", i%15, i/30),
			A: math.Exp(0.1 + 0.3*r.NormFloat64()), B: []float64{r.NormFloat64()}, Seconds: 40 + r.IntN(50),
		}
	}
	bank, err := measure.NewBank(pool, bp)
	if err != nil {
		t.Fatal(err)
	}
	prior := measure.Hierarchical(domainOf, 0.5, 0.2, 0.3)
	return Setup{
		Bank: bank, Prior: prior, Scores: append(append([]measure.Score{whole}, domains...), competencies...),
		Population: Population{N: candidates, Mean: prior.Mean, Cov: prior.Cov},
		Exposure:   rule, Cuts: []float64{-0.8, 0, 0.8}, Seed: 7, Workers: 2,
	}
}

// BenchmarkCandidate is a whole exam of 32: bank of 1,000, 15 competencies, blueprint,
// families, exposure control with a floor. It divides a run by its candidates.
func BenchmarkCandidate(b *testing.B) {
	setup := national(b, 1000, 1, &measure.ExposureRule{Min: 0.001})
	setup.Workers, setup.Population.N = 1, 200
	run1(b, setup) // the bank's rankings are made
	b.ReportAllocs()
	setup.Population.N = max(b.N, 1)
	b.ResetTimer()
	run1(b, setup)
}

var long = flag.Bool("long", false, "run the national simulation: 210,000 candidates, minutes of processor time")

// The national simulation: go test ./internal/measure/simulation -run National -v -args -long.
func TestNational(t *testing.T) {
	if !*long {
		t.Skip("minutes of processor time: -long runs it")
	}
	setup := national(t, 1000, 210_000, &measure.ExposureRule{Min: 0.001})
	before := usage(t)
	r := run1(t, setup)
	after := usage(t)
	cpu := time.Duration(after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano())
	t.Logf("%d candidates, %d selections: %v CPU (%v a candidate, %v a selection), peak memory %d MB, %d processors",
		r.Candidates, r.Selections, cpu, cpu/time.Duration(r.Candidates), cpu/time.Duration(r.Selections), after.Maxrss/1024, runtime.NumCPU())
	t.Logf("whole: RMSE %.4f, SE %.4f, coverage %.4f; largest exposure %.4f, %d items never used, overlap %.3f; relaxed %d, rare turns %d, missed %d",
		r.Scores[0].RMSE, r.Scores[0].MeanSE, r.Scores[0].Coverage, r.Exposure.Max, r.Exposure.NeverUsed, r.Exposure.Overlap,
		r.Relaxed, r.RareTurns, r.RareMissed)
	if r.Exposure.Max > 0.26 || r.Exposure.NeverUsed > setup.Bank.Len()/20 || len(r.Infeasible) > 0 {
		t.Error("not as stated")
	}
}

func usage(t testing.TB) (u syscall.Rusage) {
	t.Helper()
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return u
}
