package measure

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func exposureBank(t testing.TB, items, length int) *Bank {
	t.Helper()
	pool := make([]Item, items)
	for i := range pool {
		pool[i] = Item{ID: fmt.Sprint("q", i), Model: TwoPL, A: 1, B: []float64{0}}
	}
	b, err := NewBank(pool, Blueprint{Length: length})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func exposure(t testing.TB, b *Bank, rule ExposureRule) *Exposure {
	t.Helper()
	e, err := NewExposure(b, rule)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestExposureStartsAtTheCeilingAndLetsUnusedItemsIn(t *testing.T) {
	b := exposureBank(t, 4, 2)
	e := exposure(t, b, ExposureRule{ItemMax: []float64{0, 0.1, 0, 1}})
	if want := []float64{0.25, 0.1, 0.25, 1}; !slices.Equal(e.probability, want) {
		t.Errorf("at the start %v, want %v", e.probability, want)
	}
	for range 10 {
		e.Count(0, []int{0, 1})
	}
	e.Advance()
	// Items 0 and 1 were eligible for 2.5 and 1 of ten candidates, and given to ten: half the ceiling at least.
	if want := []float64{0.125, 0.05, 1, 1}; !slices.Equal(e.probability, want) {
		t.Errorf("after a block %v, want %v", e.probability, want)
	}
	// Excesses are cut at 4; ten candidates of 1250.
	if want := []float64{4.0 * 10 / 1250, 4.0 * 10 / 1250, 0, 0}; !slices.Equal(e.state.Prices, want) {
		t.Errorf("prices %v, want %v", e.state.Prices, want)
	}
}

func TestExposureCountsBandsApart(t *testing.T) {
	b := exposureBank(t, 2, 1)
	e := exposure(t, b, ExposureRule{Cuts: []float64{0}, Score: []float64{1}})
	low := posterior(t, Prior{Mean: []float64{-0.1}, Cov: []float64{1}}, nil)
	high := posterior(t, Prior{Mean: []float64{0}, Cov: []float64{1}}, nil)
	if e.Band(low) != 0 || e.Band(high) != 1 {
		t.Errorf("bands %d and %d", e.Band(low), e.Band(high))
	}
	for range 8 {
		e.Count(0, []int{0})
		e.Count(1, []int{1})
	}
	e.Advance()
	if p := e.probability; p[0] >= 0.25 || p[1] != 1 || p[2] != 1 || p[3] >= 0.25 {
		t.Errorf("probabilities %v", p)
	}
}

func TestALotFollowsItsUniforms(t *testing.T) {
	b := exposureBank(t, 3, 2)
	e := exposure(t, b, ExposureRule{Min: 0.1})
	for range 4 {
		e.Count(0, []int{0, 1})
	}
	e.Advance() // item 2 is rare, with one rare turn in ten candidates for each item
	post := posterior(t, Hierarchical([]int{0}, 1, 0, 0), nil)
	lot := e.NewLot()
	draws := []float64{0.124, 0.126, 0.5, 0, 0.99} // of items, then of the rare turn and its place
	next := 0
	lot.Draw(func() float64 { next++; return draws[next-1] })
	if lot.At(post, 0) || !lot.Allows(0) || lot.Allows(1) || !lot.Allows(2) {
		t.Error("the first turn is ordinary: items 0 and 2 are eligible")
	}
	near(t, "price", lot.Price(0), youngShare*(1-spread+2*spread*0.124)*e.state.Prices[0], 1e-15)
	if !lot.At(post, 1) || lot.Allows(0) || lot.Allows(1) || !lot.Allows(2) {
		t.Error("the second turn is a rare one: item 2 alone is eligible")
	}
	if lot.Ordinary(); !lot.Allows(0) {
		t.Error("an ordinary turn again: item 0 is eligible")
	}
	if n := testing.AllocsPerRun(10, func() {
		lot.Draw(func() float64 { return 0.5 })
		lot.At(post, 0)
	}); n > 0 {
		t.Errorf("%v allocations for a candidate", n)
	}
}

// Whatever is counted, probabilities and prices are numbers in their ranges, and a
// state comes back from JSON as it was.
func TestExposureStaysInItsRanges(t *testing.T) {
	b := exposureBank(t, 5, 2)
	rapid.Check(t, func(r *rapid.T) {
		rule := ExposureRule{Max: rapid.Float64Range(0.01, 1).Draw(r, "max"), Memory: rapid.Float64Range(1, 1e4).Draw(r, "memory")}
		e := exposure(t, b, rule)
		for range rapid.IntRange(0, 20).Draw(r, "blocks") {
			for range rapid.IntRange(0, 50).Draw(r, "block") {
				e.Count(0, rapid.SliceOfNDistinct(rapid.IntRange(0, 4), 2, 2, rapid.ID).Draw(r, "given"))
			}
			e.Advance()
		}
		for i, p := range e.probability {
			if !(p >= rule.Max/2 && p <= 1) || !(e.state.Prices[i] >= 0) || math.IsInf(e.state.Prices[i], 0) {
				r.Fatalf("item %d: probability %v, price %v", i, p, e.state.Prices[i])
			}
		}
		text, err := json.Marshal(e.State())
		var state ExposureState
		if err == nil {
			err = json.Unmarshal(text, &state)
		}
		other := exposure(t, b, rule)
		if err == nil {
			err = other.Restore(state)
		}
		if err != nil || !slices.Equal(other.probability, e.probability) || !slices.Equal(other.state.Prices, e.state.Prices) {
			r.Fatalf("restored %v, want %v: %v", other.probability, e.probability, err)
		}
	})
}

func TestExposureRefusesWhatMakesNoSense(t *testing.T) {
	b := exposureBank(t, 4, 2)
	for name, rule := range map[string]ExposureRule{
		"ceiling":         {Max: 1.5},
		"no number":       {Max: math.NaN()},
		"floor":           {Max: 0.2, Min: 0.2},
		"costly floor":    {Max: 1, Min: 0.3},
		"memory":          {Memory: -1},
		"cuts":            {Cuts: []float64{1, 0}, Score: []float64{1}},
		"bands, no score": {Cuts: []float64{0}},
		"ceilings":        {ItemMax: []float64{1}},
		"a ceiling":       {ItemMax: []float64{1, 1, -1, 1}},
	} {
		if _, err := NewExposure(b, rule); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	e := exposure(t, b, ExposureRule{})
	if e.Restore(ExposureState{}) == nil {
		t.Error("an empty state: accepted")
	}
	bad := e.State()
	bad.Prices[0] = math.NaN()
	if e.Restore(bad) == nil {
		t.Error("a price that is no number: accepted")
	}
}
