package calibration

import (
	"flag"
	"testing"
	"time"

	"galien/internal/measure"
)

var long = flag.Bool("long", false, "also calibrate d50k200 and s210k2000")

// best are the best log-likelihoods known (maximum likelihood, 61 nodes on [-6, 6]); that
// of s210k2000, which no other tool tried could calibrate, is this package's own. The
// bounds on the errors leave room over what was measured (doc.go): they are sampling
// errors, which another correct calibrator shares.
func TestGeneratedSetsReachTheBestKnownLikelihood(t *testing.T) {
	for _, c := range []struct {
		set                    *generated
		best                   float64
		biasA, rmseA           float64
		biasB, rmseB           float64
		slow, needsTheLongFlag bool
	}{
		{set: d10k60(), best: -319745.37, biasA: 0.02, rmseA: 0.05, biasB: 0.02, rmseB: 0.05},
		{set: s21k500(), best: -551859.21, biasA: 0.04, rmseA: 0.28, biasB: 0.03, rmseB: 0.28, slow: true},
		{set: d50k200(), best: -5211051.94, biasA: 0.01, rmseA: 0.025, biasB: 0.01, rmseB: 0.025, needsTheLongFlag: true},
		{set: s210k2000(), best: -5522556.21, biasA: 0.04, rmseA: 0.75, biasB: 0.02, rmseB: 0.12, needsTheLongFlag: true},
	} {
		t.Run(c.set.name, func(t *testing.T) {
			if c.needsTheLongFlag && !*long || c.slow && testing.Short() {
				t.Skip("takes long: run without -short, or with -args -long")
			}
			none := NoPriors()
			d := c.set.data(t)
			began := cpu()
			r := calibrate(t, d, Options{Priors: &none, Errors: NoErrors})
			used := cpu() - began
			a, b := slopesAndDifficulties(r, c.set.bank())
			t.Logf("log-likelihood %.4f, best known %.2f; %d iterations (%d refused), %v, %v of processor time",
				r.LogLikelihood, c.best, r.Iterations, r.Refused, r.Reason, used.Round(time.Millisecond))
			t.Logf("a: bias %.4f, RMSE %.4f; b: bias %.4f, RMSE %.4f", a.bias(), a.rmse(), b.bias(), b.rmse())
			if d.Bytes() > 100e6 {
				t.Errorf("the data take %d bytes", d.Bytes())
			}
			if !r.Converged || r.LogLikelihood < c.best-0.01 {
				t.Errorf("log-likelihood %.4f (%v), best known %.2f", r.LogLikelihood, r.Reason, c.best)
			}
			within(t, "bias of a", a.bias(), 0, c.biasA)
			within(t, "RMSE of a", a.rmse(), 0, c.rmseA)
			within(t, "bias of b", b.bias(), 0, c.biasB)
			within(t, "RMSE of b", b.rmse(), 0, c.rmseB)
		})
	}
}

// Items that few persons met are where the weak priors matter: slopes and difficulties
// of the adaptive set come out closer to the truth, at no cost to the others.
func TestWeakPriorsHelpSparseItems(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes long")
	}
	g := s21k500()
	d := g.data(t)
	none := NoPriors()
	a0, b0 := slopesAndDifficulties(calibrate(t, d, Options{Priors: &none, Errors: NoErrors}), g.bank())
	a1, b1 := slopesAndDifficulties(calibrate(t, d, Options{Errors: NoErrors}), g.bank())
	t.Logf("without: a %.4f ± %.4f, b %.4f ± %.4f", a0.bias(), a0.rmse(), b0.bias(), b0.rmse())
	t.Logf("with: a %.4f ± %.4f, b %.4f ± %.4f", a1.bias(), a1.rmse(), b1.bias(), b1.rmse())
	if a1.rmse() > a0.rmse() || b1.rmse() > b0.rmse() {
		t.Error("priors made it worse")
	}
	within(t, "RMSE of a", a1.rmse(), 0, 0.2)
	within(t, "RMSE of b", b1.rmse(), 0, 0.15)
}

// Without priors the likelihood of a 3PL has no interior maximum for some items; with
// the weak ones every item has an estimate, not far from the truth.
func TestWeakPriorsTameGuessing(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes long")
	}
	g := d10k60guessing()
	r := calibrate(t, g.data(t), Options{Errors: NoErrors})
	a, b := slopesAndDifficulties(r, g.bank())
	var c recovery
	for j, truth := range g.bank() {
		c.add(r.Items[j].Item.C, truth.C)
	}
	t.Logf("%d iterations, log-likelihood %.4f, penalised %.4f", r.Iterations, r.LogLikelihood, r.Penalised)
	t.Logf("a: bias %.4f, RMSE %.4f; b: bias %.4f, RMSE %.4f; c: bias %.4f, RMSE %.4f",
		a.bias(), a.rmse(), b.bias(), b.rmse(), c.bias(), c.rmse())
	if !r.Converged || len(r.Warnings) > 0 {
		t.Errorf("%v %v", r.Reason, r.Warnings)
	}
	within(t, "RMSE of a", a.rmse(), 0, 0.15)
	within(t, "RMSE of b", b.rmse(), 0, 0.35)
	within(t, "RMSE of c", c.rmse(), 0, 0.09)
}

// Every model in one calibration, with answers missing at random.
func TestMixedModelsAreRecovered(t *testing.T) {
	rnd := seeded(1)
	truth := mixedBank(rnd, 25, measure.OnePL, measure.TwoPL, measure.ThreePL, measure.GRM, measure.GPCM)
	d := simulate(t, rnd, truth, declare(truth), 0.7, population{"", 3000, 0, 1})
	r := calibrate(t, d, Options{})
	a, b := slopesAndDifficulties(r, truth)
	t.Logf("%d iterations; a: bias %.4f, RMSE %.4f; b: bias %.4f, RMSE %.4f", r.Iterations, a.bias(), a.rmse(), b.bias(), b.rmse())
	if !r.Converged {
		t.Errorf("%v", r.Reason)
	}
	within(t, "bias of a", a.bias(), 0, 0.06)
	within(t, "RMSE of a", a.rmse(), 0, 0.2)
	within(t, "bias of b", b.bias(), 0, 0.08)
	within(t, "RMSE of b", b.rmse(), 0, 0.25)
	for _, it := range r.Items {
		if it.SE == nil || !(it.SE.A > 0 && it.SE.A < 1) {
			t.Errorf("%s: standard errors %+v", it.ID, it.SE)
		}
	}
}

// A second group's mean and standard deviation are estimated, on the scale of the first.
func TestGroupsAreEstimated(t *testing.T) {
	rnd := seeded(2)
	truth := mixedBank(rnd, 20, measure.TwoPL, measure.GPCM)
	d := simulate(t, rnd, truth, declare(truth), 0.8, population{"", 2000, 0, 1}, population{"seniors", 2000, 0.7, 0.8})
	r := calibrate(t, d, Options{Errors: CrossProducts})
	first, second := r.Groups[0], r.Groups[1]
	t.Logf("%d iterations, %+v", r.Iterations, second)
	if first.Mean != 0 || first.SD != 1 || first.Estimated || !second.Estimated || second.Persons != 2000 {
		t.Errorf("groups %+v", r.Groups)
	}
	within(t, "mean", second.Mean, 0.7, 0.1)
	within(t, "SD", second.SD, 0.8, 0.06)
	if !(second.MeanSE > 0.01 && second.MeanSE < 0.05 && second.SDSE > 0.005 && second.SDSE < 0.05) {
		t.Errorf("standard errors %v and %v", second.MeanSE, second.SDSE)
	}
	a, b := slopesAndDifficulties(r, truth)
	within(t, "RMSE of a", a.rmse(), 0, 0.1)
	within(t, "RMSE of b", b.rmse(), 0, 0.15)
}

// Pretest items land on the scale of the fixed ones, though the population is another.
func TestPretestItemsLandOnTheScaleOfTheFixedOnes(t *testing.T) {
	rnd := seeded(3)
	truth := mixedBank(rnd, 21, measure.TwoPL, measure.ThreePL, measure.GRM)
	items := declare(truth)
	for j := range 15 {
		items[j] = Item{ID: truth[j].ID, Fixed: &truth[j]}
	}
	d := simulate(t, rnd, truth, items, 0.8, population{"", 2500, -0.6, 1.3})
	r := calibrate(t, d, Options{Errors: CrossProducts})
	t.Logf("%d iterations, %+v", r.Iterations, r.Groups[0])
	within(t, "mean", r.Groups[0].Mean, -0.6, 0.08)
	within(t, "SD", r.Groups[0].SD, 1.3, 0.06)
	for j := range 15 {
		if r.Items[j].Status != Fixed || r.Items[j].Item.A != truth[j].A || r.Items[j].SE != nil {
			t.Errorf("fixed item %+v", r.Items[j])
		}
	}
	a, b := slopesAndDifficulties(r, truth)
	t.Logf("a: bias %.4f, RMSE %.4f; b: bias %.4f, RMSE %.4f", a.bias(), a.rmse(), b.bias(), b.rmse())
	within(t, "bias of a", a.bias(), 0, 0.1)
	within(t, "RMSE of b", b.rmse(), 0, 0.25)
}
