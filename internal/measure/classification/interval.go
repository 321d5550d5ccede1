package classification

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"

	"galien/internal/measure"
)

// Interval are the settings of the confidence interval rule, as in NCLEX, the American
// licence of nurses: the test ends when the ability is on one side of every cut with the
// confidence asked, and at the maximum length by the estimate alone.
type Interval struct {
	Cuts []float64 // ascending
	// Confidence is one-sided: that the ability is on that side of a cut. 0.95, taken
	// when 0, is an interval of ±1.645 standard errors.
	Confidence float64
	// Minimum and Maximum lengths, in answers; no maximum when 0.
	Minimum, Maximum int
}

// Validate reports the first setting that is wrong.
func (v Interval) Validate() error {
	if err := checkCuts(v.Cuts); err != nil {
		return err
	}
	switch {
	case v.Confidence != 0 && !(v.Confidence >= 0.5 && v.Confidence < 1):
		return fmt.Errorf("classification: confidence %v outside [0.5, 1)", v.Confidence)
	case v.Minimum < 0, v.Maximum < 0, v.Maximum > 0 && v.Maximum < v.Minimum:
		return fmt.Errorf("classification: lengths from %d to %d", v.Minimum, v.Maximum)
	}
	return nil
}

// Decide returns the verdict after a number of answers. An estimate without a finite
// standard error, as of a test all right, is an interval without ends: it decides nothing
// before the maximum length. What to do when the time runs out is the caller's rule.
func (v Interval) Decide(e measure.Estimate, answers int) (Verdict, error) {
	if err := v.Validate(); err != nil {
		return Verdict{}, err
	}
	if math.IsNaN(e.Mean) || math.IsInf(e.Mean, 0) || !(e.SE >= 0) {
		return Verdict{}, fmt.Errorf("classification: estimate %v, standard error %v", e.Mean, e.SE)
	}
	if answers < 0 {
		return Verdict{}, errors.New("classification: a negative number of answers")
	}
	at := level(e.Mean, v.Cuts)
	confidence := v.Confidence
	if confidence == 0 {
		confidence = 0.95
	}
	margin := mathext.NormalQuantile(confidence) * e.SE
	clear := !math.IsInf(e.SE, 0) && level(e.Mean-margin, v.Cuts) == at && level(e.Mean+margin, v.Cuts) == at
	switch {
	case answers >= v.Minimum && clear:
		return Verdict{at, Confidence}, nil
	case v.Maximum > 0 && answers >= v.Maximum:
		return Verdict{at, MaximumLength}, nil
	}
	return Verdict{}, nil
}
