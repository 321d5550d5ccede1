package calibration

import (
	"galien/internal/measure"
)

// Status says what a calibration did with an item.
type Status uint8

// The statuses. Only Calibrated items are given new parameters: no number rests on a
// prior alone.
const (
	Calibrated     Status = iota + 1
	Fixed                 // held at the parameters it was given
	NoResponse            // nobody answered it
	OneCategory           // every answer got the same score: its difficulty has no finite estimate
	UnusedCategory        // a score below the highest was never given: merge it with a neighbour
)

// String returns the status in words.
func (s Status) String() string {
	switch s {
	case Calibrated:
		return "calibrated"
	case Fixed:
		return "fixed"
	case NoResponse:
		return "no response"
	case OneCategory:
		return "every answer has the same score"
	case UnusedCategory:
		return "a score was never given"
	}
	return "unknown"
}

// status says whether an item can be calibrated.
func (d *Data) status(j int) Status {
	used, total := 0, int64(0)
	for _, n := range d.counts[j] {
		total += n
		if n > 0 {
			used++
		}
	}
	switch {
	case d.items[j].Fixed != nil:
		return Fixed
	case total == 0:
		return NoResponse
	case used == 1:
		return OneCategory
	case used < len(d.counts[j]):
		return UnusedCategory
	}
	return Calibrated
}

// Reason says why a calibration ended.
type Reason uint8

// The reasons; the first two are convergence.
const (
	SmallChange    Reason = iota + 1 // no parameter moved by more than the tolerance
	FlatLikelihood                   // the log-likelihood no longer rises, though a parameter may still move
	IterationLimit
	Cancelled
)

// String returns the reason in words.
func (r Reason) String() string {
	switch r {
	case SmallChange:
		return "parameters no longer move"
	case FlatLikelihood:
		return "log-likelihood no longer rises"
	case IterationLimit:
		return "iteration limit"
	case Cancelled:
		return "cancelled"
	}
	return "unknown"
}

// Result of a calibration.
type Result struct {
	Items  []Estimate // in the order of the data
	Groups []Population

	// LogLikelihood is the marginal log-likelihood of the responses at the estimates;
	// Penalised has the log-densities of the priors added, without their constants.
	LogLikelihood, Penalised float64
	Parameters               int // estimated

	Converged  bool
	Reason     Reason
	Iterations int     // E-steps, standard errors apart
	Refused    int     // of which extrapolations that were not kept
	Change     float64 // the largest of the last iteration
	Errors     ErrorMethod
	// Warnings say in words what a reader of the result should know.
	Warnings []string
	// State resumes the calibration, if it was cancelled or stopped by the limit.
	State *State
}

// Estimate of an item.
type Estimate struct {
	ID     string
	Status Status
	// Item holds the parameters, logistic metric; nil unless Calibrated or Fixed.
	Item *measure.Item
	// Intercepts are the d of aθ + d: -a·b, of boundaries (GRM) or steps (GPCM).
	Intercepts []float64
	// Counts are the responses by category; N is their sum.
	Counts []int64
	N      int64
	// SE are standard errors; nil when there is none.
	SE *StandardErrors
	// AtBound names the parameters held by a bound of the search: "a", "d", "c".
	AtBound []string
}

// StandardErrors of an item's parameters, 0 where there is no such parameter.
type StandardErrors struct {
	A          float64
	B          []float64
	C          float64
	Intercepts []float64
}

// Population of a group.
type Population struct {
	Name      string
	Estimated bool // otherwise N(0, 1) by definition of the scale, or without persons
	Mean, SD  float64
	// Standard errors; 0 when there is none.
	MeanSE, SDSE float64
	Persons      int
}
