package calibration

import (
	"context"
	"math"
	"slices"
	"time"
)

// Calibrate estimates the items of d by marginal maximum likelihood (Bock & Aitkin
// 1981), penalised by the priors. It returns an error when the options make no sense or
// the state does not fit (ErrState). When the context is cancelled, the result holds
// the last point, without standard errors, and the state to resume from.
func Calibrate(ctx context.Context, d *Data, o Options) (*Result, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	c := &calibration{engine: newEngine(d, &o), options: o}
	mark := fingerprint(d, &o)
	if o.Resume != nil {
		if err := o.Resume.check(c.engine, mark); err != nil {
			return nil, err
		}
		c.state = o.Resume.clone()
	} else {
		c.state = &State{Version: stateVersion, Fingerprint: mark, X: c.start(), Reach: firstReach}
	}
	if o.Now != nil {
		c.began, c.from = o.Now(), c.state.Iteration
	}
	c.climb(ctx)
	return c.result(ctx), nil
}

// calibration is one run.
type calibration struct {
	*engine
	options Options
	state   *State
	began   time.Time
	from    int // iteration that began stands for

	loglik, penalised float64 // at the last point kept
	change            float64
	mover             int       // the parameter that moved most
	x                 []float64 // the point that the result is read from
	reason            Reason
}

// climb iterates until the end.
func (c *calibration) climb(ctx context.Context) {
	next := make([]float64, c.layout.size)
	for c.reason == 0 {
		s := c.state
		if c.expect(ctx, s.X) != nil {
			c.reason = Cancelled
			return
		}
		s.Iteration++
		loglik := c.total.loglik
		penalised := loglik + c.logDensity(s.X)
		if !c.keeps(penalised) {
			c.limit()
			continue
		}
		c.maximise(s.X, next, !s.Held)
		c.keep(loglik, penalised, next)
		c.advance(next)
		c.limit()
		c.report()
	}
}

// limit stops at the limit of iterations.
func (c *calibration) limit() {
	if c.reason == 0 && c.state.Iteration >= c.options.MaxIterations {
		c.reason = IterationLimit
	}
}

// slack is the rounding of a log-likelihood that is summed over the persons, and what
// the nodes out of reach leave out.
func slack(penalised float64) float64 { return 1e-12 * math.Abs(penalised) }

// keeps tells whether the point of the state may be kept: its penalised log-likelihood
// has not fallen. Otherwise the state goes back to a safe point. An extrapolation gives
// way to its EM step. An EM step can only fall by the discreteness of the nodes, which
// the expansion of the population does not allow for: the expansion is given up.
func (c *calibration) keeps(penalised float64) bool {
	s := c.state
	if s.Floor == nil || penalised >= *s.Floor-slack(penalised) {
		return true
	}
	switch {
	case len(s.Fallback) > 0:
		s.X, s.Fallback = s.Fallback, nil
		s.Reach = max(firstReach, s.Reach/reachFactor)
	case !s.Held && !c.layout.anchored:
		s.Held = true
		s.X, s.Start, s.Floor = slices.Clone(s.Kept), nil, nil
	default:
		return true
	}
	s.Refused++
	return false
}

// keep records a point and tells whether it is the end.
func (c *calibration) keep(loglik, penalised float64, next []float64) {
	s := c.state
	if s.Floor != nil {
		s.Gains = lastOf(append(s.Gains, penalised-*s.Floor), 5)
	}
	s.Kept = append(s.Kept[:0], s.X...)
	c.loglik, c.penalised = loglik, penalised
	c.change, c.mover = c.layout.change(s.X, next)
	s.Changes = lastOf(append(s.Changes, c.change), 8)
	if s.Fallback != nil && s.AtReach {
		s.Reach = min(s.Reach*reachFactor, widestReach)
	}
	s.Fallback, s.AtReach = nil, false
	gained := 0.0
	for _, g := range s.Gains {
		gained += math.Abs(g)
	}
	switch {
	case c.change <= c.options.ParameterTolerance:
		c.reason = SmallChange
	case len(s.Gains) == 5 && gained < c.options.GainTolerance:
		c.reason = FlatLikelihood
	}
}

// advance chooses the next point.
func (c *calibration) advance(next []float64) {
	s := c.state
	switch {
	case c.reason != 0:
	case c.options.Plain:
		s.X = slices.Clone(next)
	case s.Start == nil:
		s.Start, s.X = s.X, slices.Clone(next)
	default:
		point, extrapolated := c.extrapolate(s, next)
		s.X, s.Start = point, nil
		if extrapolated {
			s.Fallback = slices.Clone(next)
		}
	}
	floor := c.penalised
	s.Floor = &floor
}

// report calls the progress and the checkpoint functions.
func (c *calibration) report() {
	s := c.state
	if c.options.Progress != nil {
		c.options.Progress(Progress{
			Iteration: s.Iteration, LogLikelihood: c.loglik, Penalised: c.penalised,
			Change: c.change, Left: c.left(),
		})
	}
	if c.options.Checkpoint != nil && s.Iteration%c.options.CheckpointEvery == 0 {
		c.options.Checkpoint(s.clone())
	}
}

// left extrapolates the time left: the logarithm of the change is taken to go on
// falling as it did over the last iterations.
func (c *calibration) left() time.Duration {
	s := c.state
	n := len(s.Changes)
	if c.options.Now == nil || n < 3 || c.change <= c.options.ParameterTolerance || s.Iteration == c.from {
		return 0
	}
	rate := math.Log(s.Changes[0]/s.Changes[n-1]) / float64(n-1)
	if !(rate > 0) {
		return 0
	}
	iterations := min(math.Log(c.change/c.options.ParameterTolerance)/rate, float64(c.options.MaxIterations-s.Iteration))
	each := c.options.Now().Sub(c.began) / time.Duration(s.Iteration-c.from)
	return time.Duration(iterations * float64(each))
}

func lastOf(v []float64, n int) []float64 { return v[max(0, len(v)-n):] }
