package simulation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"galien/internal/measure"
)

// lookup is a bank of GENERATOR.md with the answers of 1,000 persons to all its items.
type lookup struct {
	items     []measure.Item
	abilities []float64
	answers   []byte // person by person
}

// The random numbers of GENERATOR.md, which any language regenerates bit for bit.
func mix(seed, k uint64) uint64 {
	z := seed + (k+1)*0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

func uniform(seed, k uint64) float64 { return (float64(mix(seed, k)>>11) + 0.5) * 0x1p-53 }

func gaussian(seed, k uint64) float64 {
	return math.Sqrt(-2*math.Log(uniform(seed, 2*k))) * math.Cos(2*math.Pi*uniform(seed, 2*k+1))
}

// newLookup regenerates a set and checks the SHA-256 of its answers.
func newLookup(t testing.TB, items int, sum string) *lookup {
	t.Helper()
	const seed, persons = 8000, 1000
	l := &lookup{items: make([]measure.Item, items), abilities: make([]float64, persons), answers: make([]byte, persons*items)}
	for j := range l.items {
		k := uint64(j)
		l.items[j] = measure.Item{
			ID: fmt.Sprint("q", j), Model: measure.TwoPL,
			A: min(max(math.Exp(0.1+0.3*gaussian(seed+1, k)), 0.4), 2.5),
			B: []float64{min(max(gaussian(seed+2, k), -3.5), 3.5)},
		}
	}
	for i := range l.abilities {
		theta := gaussian(seed+4, uint64(i))
		l.abilities[i] = theta
		for j := range l.items {
			it := &l.items[j]
			if uniform(seed+5, uint64(i*items+j)) < 1/(1+math.Exp(-it.A*(theta-it.B[0]))) {
				l.answers[i*items+j] = 1
			}
		}
	}
	h := sha256.Sum256(l.answers)
	if got := hex.EncodeToString(h[:]); got != sum {
		t.Fatalf("SHA-256 %s, want %s", got, sum)
	}
	return l
}

func bank1000(t testing.TB) *lookup {
	return newLookup(t, 1000, "ca0a70ec9a21755fffbbad11a22d8ad63dd03d36841554f6d274949e13a55038")
}

func bank5000(t testing.TB) *lookup {
	return newLookup(t, 5000, "2de4f77dca23eac071976271182365fbfe759ffff1077ea7b710ef9073fabd8d")
}

// setup gives 30 items on one dimension, scored by EAP with prior N(0, 1), to the
// persons of the set. The seed only moves what exposure control draws.
func (l *lookup) setup(t testing.TB, rule *measure.ExposureRule, seed uint64) Setup {
	t.Helper()
	bank, err := measure.NewBank(l.items, measure.Blueprint{Length: 30})
	if err != nil {
		t.Fatal(err)
	}
	s := Setup{
		Bank: bank, Prior: measure.Hierarchical([]int{0}, 1, 0, 0),
		Scores: []measure.Score{{Name: "ability", Weights: []float64{1}, Importance: 1}},
		Population: Population{
			N:         len(l.abilities),
			Abilities: func(candidate int, ability []float64) { ability[0] = l.abilities[candidate] },
		},
		Answer:   func(candidate, item int) int { return int(l.answers[candidate*len(l.items)+item]) },
		After:    []int{15, 30},
		Exposure: rule, Seed: seed, Block: 10, Workers: 2,
	}
	if rule != nil {
		s.Start = l.learn(t, s)
	}
	return s
}

// learn finds the prices on simulated candidates before anyone sits the exam, as the
// parameters of Sympson & Hetter (1985) are found. The persons of the set are not used.
func (l *lookup) learn(t testing.TB, s Setup) *measure.ExposureState {
	t.Helper()
	s.Population = Population{N: 10_000, Mean: []float64{0}, Cov: []float64{1}}
	s.Answer, s.Seed = nil, s.Seed+1000
	return run1(t, s).State
}

// random is a seeded source.
func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func run1(t testing.TB, s Setup) *Report {
	t.Helper()
	r, err := Run(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// precision is the mean of several seeds.
type precision struct {
	after    [2]struct{ rmse, se float64 } // 15 and 30 items
	top      float64                       // the largest of all seeds
	neverSet float64
}

func (l *lookup) precision(t testing.TB, rule *measure.ExposureRule, seeds int) (p precision) {
	t.Helper()
	n := float64(seeds)
	for seed := range uint64(seeds) {
		r := run1(t, l.setup(t, rule, seed))
		for i, a := range r.After {
			p.after[i].rmse += float64(a.RMSE) / n
			p.after[i].se += float64(a.MeanSE) / n
		}
		p.top = max(p.top, r.Exposure.Max)
		p.neverSet += float64(r.Exposure.NeverUsed) / n / float64(len(l.items))
	}
	t.Logf("rule %+v: RMSE at 15 %.4f, at 30 %.4f; mean SE %.4f, %.4f; largest exposure %.3f; never used %.1f %%",
		rule, p.after[0].rmse, p.after[1].rmse, p.after[0].se, p.after[1].se, p.top, 100*p.neverSet)
	return p
}

// precisionRule is the rule of the precision study: nobody's item over a quarter, each
// given to about one candidate in a thousand at least.
func precisionRule() *measure.ExposureRule { return &measure.ExposureRule{Min: 0.001} }

// A ceiling of 0.25 with a floor costs 5 % of precision at 30 items, and 7 % at 15, when the ability is not known well enough
// to pay for the price of the best items. The mean standard error says so with little noise; the RMSE over the same 1,000
// persons has a standard error of 2.2 % (1/sqrt(2n)).
func TestExposureControlCostsLittlePrecision(t *testing.T) {
	l := bank1000(t)
	pure := l.precision(t, nil, 1)
	if math.Abs(pure.after[1].rmse-0.2147) > 0.0005 || pure.top < 0.999 || math.Abs(pure.neverSet-0.83) > 0.01 {
		t.Errorf("maximum information is not as published: %+v", pure)
	}
	held := l.precision(t, precisionRule(), 6)
	if at30 := held.after[1]; at30.rmse > 1.05*0.2147 || at30.se > 1.05*pure.after[1].se {
		t.Errorf("after 30 items %+v, without control %+v", at30, pure.after[1])
	}
	if at15 := held.after[0]; at15.rmse > 1.08*pure.after[0].rmse || at15.se > 1.06*pure.after[0].se {
		t.Errorf("after 15 items %+v, without control %+v", at15, pure.after[0])
	}
	if bound := 0.25 + 2*math.Sqrt(0.25*0.75/1000); held.top > bound || held.neverSet > 0.2 {
		t.Errorf("largest exposure %.4f, bound %.4f; never used %.3f", held.top, bound, held.neverSet)
	}
}

// Figures of the larger bank, for the documentation.
func TestExposureControlOnALargeBank(t *testing.T) {
	if !*long {
		t.Skip("a bank of 5,000: -long runs it")
	}
	l := bank5000(t)
	l.precision(t, nil, 1)
	l.precision(t, precisionRule(), 3)
	l.precision(t, &measure.ExposureRule{}, 3)
}
