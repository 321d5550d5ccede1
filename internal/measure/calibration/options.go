package calibration

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Quadrature is a set of equally spaced nodes, both ends included, which all count
// the same, as mirt does. The zero value stands for 61 nodes on [-6, 6].
type Quadrature struct {
	Min, Max float64
	Nodes    int // at least 5, at most 1024
}

// Priors are the prior densities of the estimated parameters, on the logistic
// metric. A zero standard deviation stands for no prior. The estimates maximise the
// likelihood times these densities.
type Priors struct {
	// The slope has the lognormal density of log-mean LogSlopeMean and log-SD LogSlopeSD.
	LogSlopeMean, LogSlopeSD float64
	// Each intercept (d in aθ + d, of a boundary or of a step) is N(InterceptMean, InterceptSD²).
	InterceptMean, InterceptSD float64
	// The logit of the lower asymptote of a 3PL is N(LogitGuessMean, LogitGuessSD²).
	LogitGuessMean, LogitGuessSD float64
}

// WeakPriors keep sparse items from diverging and hardly move the others: slope
// lognormal(0.1, 0.5), intercepts N(0, 2.5²), logit of guessing N(-1.39, 0.7²), which
// is a median of 0.20 and 95 % between 0.06 and 0.50.
func WeakPriors() Priors {
	return Priors{
		LogSlopeMean: 0.1, LogSlopeSD: 0.5,
		InterceptSD:    2.5,
		LogitGuessMean: -1.39, LogitGuessSD: 0.7,
	}
}

// NoPriors is maximum likelihood, for comparisons.
func NoPriors() Priors { return Priors{} }

// ErrorMethod is how standard errors are computed.
type ErrorMethod uint8

// The methods.
const (
	// Automatic is ObservedInformation up to 60 parameters, CrossProducts above.
	Automatic ErrorMethod = iota
	// ObservedInformation inverts the whole observed information matrix: minus the
	// Jacobian of the score of the (penalised) log-likelihood, which is that of EM's
	// complete data (Fisher's identity; Louis 1982, Oakes 1999), by central differences:
	// two E-steps a parameter (Jamshidian & Jennrich 2000).
	ObservedInformation
	// CrossProducts inverts, item by item, the sum over the persons of the outer
	// products of their scores (the empirical information). It takes one more E-step
	// whatever the number of items. It leaves out the covariance between items, hence
	// the uncertainty of the origin and unit of the scale: about 1/√N in location and
	// 1/√(2N) in log slope, N being the number of persons.
	CrossProducts
	// NoErrors computes none.
	NoErrors
)

// String returns the method's name as it is written in reports.
func (m ErrorMethod) String() string {
	switch m {
	case Automatic:
		return "automatic"
	case ObservedInformation:
		return "observed information"
	case CrossProducts:
		return "cross-products by item"
	case NoErrors:
		return "none"
	}
	return fmt.Sprintf("ErrorMethod(%d)", uint8(m))
}

// Options of a calibration. The zero value is the one to use in production, with
// weak priors on 61 nodes over [-6, 6].
type Options struct {
	Quadrature Quadrature
	// Priors; nil stands for WeakPriors.
	Priors *Priors
	Errors ErrorMethod

	// ParameterTolerance: EM has converged when an iteration moves no parameter by more
	// (log slopes, intercepts, asymptotes, population means and log-SDs). 0 stands for 1e-4.
	ParameterTolerance float64
	// GainTolerance: it has also converged when five iterations running raise the
	// penalised log-likelihood by less than this in all. 0 stands for 0.001: parameters
	// that still move then do so by a small part of their standard errors.
	GainTolerance float64
	// MaxIterations is the limit on E-steps; 0 stands for 2000.
	MaxIterations int
	// Plain turns acceleration off: every iteration is one of EM.
	Plain bool
	// Workers is the number of goroutines, from 1; 0 stands for GOMAXPROCS. The result
	// has the same bits whatever their number.
	Workers int

	// Progress, when set, is called after each iteration that was kept.
	Progress func(Progress)
	// Now is the clock of the estimated time left; nil leaves that out.
	Now func() time.Time
	// Checkpoint, when set, is given the state after every CheckpointEvery iterations
	// (0 stands for 10).
	Checkpoint      func(*State)
	CheckpointEvery int
	// Resume continues from a state saved with the same data and the same options.
	Resume *State
}

// Progress describes an iteration.
type Progress struct {
	Iteration int // E-steps done
	// LogLikelihood is the marginal log-likelihood of the responses, Penalised with the
	// log-densities of the priors added. EM never lowers the second.
	LogLikelihood, Penalised float64
	// Change is the largest change of a parameter, as in Options.ParameterTolerance.
	Change float64
	// Left is the time left, extrapolated from how fast Change goes down; 0 when unknown.
	Left time.Duration
}

// complete fills in the values that 0 stands for, and refuses what makes no sense.
func (o *Options) complete() error {
	if o.Quadrature == (Quadrature{}) {
		o.Quadrature = Quadrature{Min: -6, Max: 6, Nodes: 61}
	}
	if o.Priors == nil {
		weak := WeakPriors()
		o.Priors = &weak
	}
	o.ParameterTolerance = orDefault(o.ParameterTolerance, 1e-4)
	o.GainTolerance = orDefault(o.GainTolerance, 1e-3)
	o.MaxIterations = orDefault(o.MaxIterations, 2000)
	o.CheckpointEvery = orDefault(o.CheckpointEvery, 10)
	q, p := o.Quadrature, o.Priors
	switch {
	case !(q.Max > q.Min) || math.IsInf(q.Max-q.Min, 0) || q.Nodes < 5 || q.Nodes > 1024:
		return fmt.Errorf("calibration: quadrature of %d nodes on [%v, %v]", q.Nodes, q.Min, q.Max)
	case p.LogSlopeSD < 0 || p.InterceptSD < 0 || p.LogitGuessSD < 0:
		return errors.New("calibration: a prior has a negative standard deviation")
	case o.ParameterTolerance < 0 || o.GainTolerance < 0 || o.MaxIterations < 0 || o.Workers < 0 || o.CheckpointEvery < 0:
		return errors.New("calibration: a tolerance, a limit or a number of workers is negative")
	case o.Errors > NoErrors:
		return fmt.Errorf("calibration: %v is not a way to compute standard errors", o.Errors)
	}
	return nil
}

func orDefault[T int | float64](v, standard T) T {
	if v == 0 {
		return standard
	}
	return v
}
