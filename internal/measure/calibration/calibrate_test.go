package calibration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"galien/internal/measure"
)

func everyModel() []measure.Model {
	return []measure.Model{measure.OnePL, measure.TwoPL, measure.ThreePL, measure.GRM, measure.GPCM}
}

// mixed is a set with every model, two groups, missing answers and several parts.
func mixed(t testing.TB, seed uint64) *Data {
	return mixedOf(t, seed, everyModel()...)
}

// concave is such a set without asymptotes: nodes out of reach are then not looked at.
func concave(t testing.TB, seed uint64) *Data {
	return mixedOf(t, seed, measure.OnePL, measure.TwoPL, measure.GRM, measure.GPCM)
}

func mixedOf(t testing.TB, seed uint64, models ...measure.Model) *Data {
	rnd := seeded(seed)
	truth := mixedBank(rnd, 15, models...)
	return simulate(t, rnd, truth, declare(truth), 0.7, population{"", 350, 0, 1}, population{"g", 250, 0.5, 1.2})
}

// The penalised log-likelihood of the iterations kept never falls by more than its
// rounding, whatever the data, the models, the priors and the acceleration.
func TestEMNeverLowersThePenalisedLikelihood(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		truth := mixedBank(rnd, rapid.IntRange(2, 9).Draw(rt, "items"), rapid.SampledFrom(everyModel()).Draw(rt, "model"), measure.TwoPL)
		groups := []population{{"", rapid.IntRange(10, 100).Draw(rt, "persons"), 0, 1}}
		if rapid.Bool().Draw(rt, "two groups") {
			groups = append(groups, population{"g", 60, 1, 0.7})
		}
		items := declare(truth)
		if rapid.Bool().Draw(rt, "fixed") {
			items[0] = Item{ID: truth[0].ID, Fixed: &truth[0]}
		}
		items = append(items, Item{ID: "unseen", Model: measure.TwoPL})
		d := simulate(rt, rnd, truth, items, rapid.Float64Range(0.4, 1).Draw(rt, "share"), groups...)
		o := Options{Errors: NoErrors, MaxIterations: 150, Plain: rapid.Bool().Draw(rt, "plain")}
		if rapid.Bool().Draw(rt, "no priors") {
			none := NoPriors()
			o.Priors = &none
		}
		last := math.Inf(-1)
		o.Progress = func(p Progress) {
			if math.IsNaN(p.Penalised) || p.Penalised < last-slack(last) {
				rt.Fatalf("iteration %d: penalised log-likelihood %.12g after %.12g", p.Iteration, p.Penalised, last)
			}
			last = p.Penalised
		}
		for _, it := range calibrate(t, d, o).Items {
			if it.Item != nil {
				if err := it.Item.Validate(); err != nil {
					rt.Fatalf("%v", err)
				}
			}
		}
	})
}

// sameBits compares all that a calibration reports.
func sameBits(t *testing.T, got, want *Result) {
	t.Helper()
	if got.LogLikelihood != want.LogLikelihood || got.Iterations != want.Iterations ||
		!reflect.DeepEqual(got.Items, want.Items) || !reflect.DeepEqual(got.Groups, want.Groups) {
		t.Errorf("%.17g in %d iterations, want %.17g in %d", got.LogLikelihood, got.Iterations, want.LogLikelihood, want.Iterations)
	}
}

func TestOneAndEightWorkersGiveTheSameBits(t *testing.T) {
	for _, d := range []*Data{mixed(t, 4), concave(t, 4)} {
		want := calibrate(t, d, Options{Workers: 1, Errors: CrossProducts})
		sameBits(t, calibrate(t, d, Options{Workers: 8, Errors: CrossProducts}), want)
	}
}

func TestTheOrderOfTheRowsDoesNotMatter(t *testing.T) {
	rnd := seeded(5)
	truth := mixedBank(rnd, 10, everyModel()...)
	type row struct {
		person, item string
		score        int
	}
	var rows []row
	for i := range 400 {
		theta := rnd.NormFloat64()
		for j := range truth {
			if rnd.Float64() < 0.6 {
				rows = append(rows, row{fmt.Sprint(i), truth[j].ID, draw(rnd, &truth[j], theta)})
			}
		}
	}
	build := func() *Data {
		b, err := NewBuilder(declare(truth), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if err := b.Add(r.person, r.item, r.score); err != nil {
				t.Fatal(err)
			}
		}
		d, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	want := calibrate(t, build(), Options{})
	rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	sameBits(t, calibrate(t, build(), Options{}), want)
}

func TestAResumedCalibrationEndsOnTheSameBits(t *testing.T) {
	t.Run("with asymptotes", func(t *testing.T) { resumeEverywhere(t, mixed(t, 6)) })
	t.Run("without", func(t *testing.T) { resumeEverywhere(t, concave(t, 6)) })
}

// resumeEverywhere stops at every fourth iteration, and goes on through JSON.
func resumeEverywhere(t *testing.T, d *Data) {
	t.Helper()
	want := calibrate(t, d, Options{Errors: CrossProducts})
	for stop := 1; stop < want.Iterations; stop += 4 {
		ctx, cancel := context.WithCancel(context.Background())
		o := Options{Errors: CrossProducts, Progress: func(p Progress) {
			if p.Iteration >= stop {
				cancel()
			}
		}}
		cut, err := Calibrate(ctx, d, o)
		if err != nil {
			t.Fatal(err)
		}
		if cut.Reason != Cancelled || cut.Converged || cut.State == nil {
			t.Fatalf("stopped at %d: %v", stop, cut.Reason)
		}
		saved, err := json.Marshal(cut.State)
		if err != nil {
			t.Fatal(err)
		}
		state, err := ParseState(saved)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, calibrate(t, d, Options{Errors: CrossProducts, Resume: state}), want)
		other := mixed(t, 7)
		if _, err := Calibrate(context.Background(), other, Options{Resume: state}); !errors.Is(err, ErrState) {
			t.Errorf("a state of other data is taken: %v", err)
		}
	}
}

func TestCheckpointsResumeToo(t *testing.T) {
	d := mixed(t, 6)
	var states []*State
	want := calibrate(t, d, Options{Errors: NoErrors, CheckpointEvery: 2, Checkpoint: func(s *State) { states = append(states, s) }})
	if len(states) < 3 {
		t.Fatalf("%d checkpoints in %d iterations", len(states), want.Iterations)
	}
	sameBits(t, calibrate(t, d, Options{Errors: NoErrors, Resume: states[1]}), want)
}

// The reasons are told apart, and none is called convergence that is not.
func TestTheEndIsSaidHonestly(t *testing.T) {
	d := mixed(t, 8)
	r := calibrate(t, d, Options{Errors: NoErrors, MaxIterations: 3})
	if r.Converged || r.Reason != IterationLimit || r.Iterations != 3 || !strings.Contains(strings.Join(r.Warnings, " "), "not converged") {
		t.Errorf("after 3 iterations: %v %v %v", r.Converged, r.Reason, r.Warnings)
	}
	r = calibrate(t, d, Options{Errors: NoErrors})
	if !r.Converged || r.Reason != SmallChange || r.Change > 1e-4 {
		t.Errorf("%v, change %v", r.Reason, r.Change)
	}
	r = calibrate(t, d, Options{Errors: NoErrors, ParameterTolerance: 1e-300})
	if !r.Converged || r.Reason != FlatLikelihood || !strings.Contains(strings.Join(r.Warnings, " "), "still moves") {
		t.Errorf("%v, change %v", r.Reason, r.Change)
	}
}

func TestTheTimeLeftIsEstimated(t *testing.T) {
	now := time.Unix(0, 0)
	known := 0
	o := Options{
		Errors: NoErrors,
		Now:    func() time.Time { now = now.Add(time.Second); return now },
		Progress: func(p Progress) {
			if p.Left > 0 {
				known++
			}
		},
	}
	if r := calibrate(t, mixed(t, 9), o); known < r.Iterations/2 {
		t.Errorf("time left known at %d of %d iterations", known, r.Iterations)
	}
}

// 200 informative items make posteriors narrower than the nodes of a coarse grid.
func TestCoarseNodesAreReported(t *testing.T) {
	rnd := seeded(10)
	truth := mixedBank(rnd, 200, measure.TwoPL)
	d := simulate(t, rnd, truth, declare(truth), 1, population{"", 200, 0, 1})
	for _, c := range []struct {
		nodes int
		warns bool
	}{{21, true}, {121, false}} {
		r := calibrate(t, d, Options{Quadrature: Quadrature{-6, 6, c.nodes}, Errors: NoErrors})
		if warned := strings.Contains(strings.Join(r.Warnings, " "), "posterior standard deviations"); warned != c.warns {
			t.Errorf("%d nodes: warnings %q", c.nodes, r.Warnings)
		}
	}
}

// What cannot be estimated is named, with its reason, and gets no number.
func TestItemsWithoutAnEstimateAreNamed(t *testing.T) {
	b, err := NewBuilder([]Item{
		{ID: "good", Model: measure.TwoPL}, {ID: "other", Model: measure.TwoPL},
		{ID: "easy", Model: measure.TwoPL}, {ID: "guessed", Model: measure.ThreePL}, {ID: "unseen", Model: measure.GRM, Categories: 3},
		{ID: "gap", Model: measure.GRM, Categories: 4}, {ID: "short", Model: measure.GPCM, Categories: 4},
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	rnd := seeded(11)
	for i := range 300 {
		p := fmt.Sprint(i)
		for item, score := range map[string]int{
			"good": rnd.IntN(2), "other": rnd.IntN(2), "easy": 1, "guessed": 0, "gap": []int{0, 1, 3}[rnd.IntN(3)], "short": rnd.IntN(3),
		} {
			if err := b.Add(p, item, score); err != nil {
				t.Fatal(err)
			}
		}
	}
	d, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	for _, priors := range []Priors{WeakPriors(), NoPriors()} {
		r := calibrate(t, d, Options{Priors: &priors})
		want := []Status{Calibrated, Calibrated, OneCategory, OneCategory, NoResponse, UnusedCategory, UnusedCategory}
		for j, it := range r.Items {
			if it.Status != want[j] || (it.Item != nil) != (want[j] == Calibrated) || (it.SE != nil && want[j] != Calibrated) {
				t.Errorf("%s: %v, %+v, want %v", it.ID, it.Status, it.Item, want[j])
			}
			if want[j] != Calibrated && !strings.Contains(strings.Join(r.Warnings, "\n"), fmt.Sprintf("%q", it.ID)) {
				t.Errorf("%s is not named in %q", it.ID, r.Warnings)
			}
		}
		if math.IsNaN(r.LogLikelihood) || r.LogLikelihood >= 0 {
			t.Errorf("log-likelihood %v", r.LogLikelihood)
		}
	}
}

func TestOptionsThatMakeNoSenseAreRefused(t *testing.T) {
	d := mixed(t, 12)
	for name, o := range map[string]Options{
		"nodes":     {Quadrature: Quadrature{-6, 6, 3}},
		"range":     {Quadrature: Quadrature{6, -6, 61}},
		"prior":     {Priors: &Priors{LogSlopeSD: -1}},
		"tolerance": {ParameterTolerance: -1},
		"errors":    {Errors: NoErrors + 1},
	} {
		if _, err := Calibrate(context.Background(), d, o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
