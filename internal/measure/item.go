package measure

import (
	"fmt"
	"math"
)

// Model names an item response model.
type Model uint8

// The models, on the logistic metric (D = 1).
const (
	OnePL   Model = iota + 1 // Rasch: difficulty, common slope
	TwoPL                    // Birnbaum: slope and difficulty
	ThreePL                  // and a lower asymptote
	FourPL                   // and an upper asymptote
	GRM                      // Samejima's graded response model
	GPCM                     // Muraki's generalised partial credit model
)

// String returns the model's name as written in item files, for example "2PL".
func (m Model) String() string {
	switch m {
	case OnePL:
		return "1PL"
	case TwoPL:
		return "2PL"
	case ThreePL:
		return "3PL"
	case FourPL:
		return "4PL"
	case GRM:
		return "GRM"
	case GPCM:
		return "GPCM"
	}
	return fmt.Sprintf("Model(%d)", uint8(m))
}

// ParseModel is the inverse of String. It is case-sensitive.
func ParseModel(s string) (Model, error) {
	for m := OnePL; m <= GPCM; m++ {
		if m.String() == s {
			return m, nil
		}
	}
	return 0, fmt.Errorf("measure: unknown item response model %q", s)
}

// Item is a question with its parameters. Validate it before any other use.
type Item struct {
	ID    string
	Model Model

	// A is the slope, in [1e-6, 1e6]. For OnePL it is the common slope; 0 there means 1.
	A float64
	// B holds the difficulty (dichotomous models, one value), the ascending
	// category boundaries (GRM) or the step difficulties (GPCM), in [-1e6, 1e6].
	B []float64
	// C is the lower asymptote of ThreePL and FourPL, in [0, 1); 0 elsewhere.
	C float64
	// U is the upper asymptote of FourPL, in (C, 1]; 0 or 1 elsewhere.
	U float64

	Dim     int    // index of the competency the item measures
	Family  string // variants of one question share a family; "" has none
	Seconds int    // expected answering time

	Enemies []string // items that never meet this one in a form; saying it of one side is enough
	Tags    []string // what the blueprint counts across the groups: an answer key, a kind of question
}

// ItemError tells which field of which item is wrong, and why.
type ItemError struct {
	Item, Field, Reason string
}

// Error implements error.
func (e *ItemError) Error() string {
	return fmt.Sprintf("item %q: %s: %s", e.Item, e.Field, e.Reason)
}

// Validate reports the first field that is out of its range as an *ItemError.
func (it *Item) Validate() error {
	switch {
	case it.ID == "":
		return it.invalid("id", "missing")
	case it.Model < OnePL || it.Model > GPCM:
		return it.invalid("model", "unknown")
	case it.Dim < 0:
		return it.invalid("dim", "negative")
	case it.Seconds < 0:
		return it.invalid("seconds", "negative")
	}
	if err := it.validateSlope(); err != nil {
		return err
	}
	if err := it.validateDifficulties(); err != nil {
		return err
	}
	return it.validateAsymptotes()
}

// Limits of the parameters, in logits: far beyond what an item can be, and where no
// formula loses its digits or overflows.
const (
	smallestSlope     = 1e-6
	largestSlope      = 1e6
	largestDifficulty = 1e6
)

func (it *Item) validateSlope() error {
	if it.Model == OnePL && it.A == 0 {
		return nil
	}
	if !(it.A > 0) || math.IsInf(it.A, 0) {
		return it.invalid("a", "slope %v is not a positive number", it.A)
	}
	if it.A < smallestSlope || it.A > largestSlope {
		return it.invalid("a", "slope %v is outside [%v, %v]", it.A, smallestSlope, largestSlope)
	}
	return nil
}

func (it *Item) validateDifficulties() error {
	if len(it.B) == 0 {
		return it.invalid("b", "missing")
	}
	if it.dichotomous() && len(it.B) != 1 {
		return it.invalid("b", "%d values where %v takes one", len(it.B), it.Model)
	}
	for k, b := range it.B {
		if math.IsNaN(b) || math.IsInf(b, 0) {
			return it.invalid("b", "value %d is %v", k, b)
		}
		if math.Abs(b) > largestDifficulty {
			return it.invalid("b", "%v is outside [%v, %v]", b, -largestDifficulty, largestDifficulty)
		}
		if it.Model == GRM && k > 0 && b <= it.B[k-1] {
			return it.invalid("b", "boundaries are not ascending: %v then %v", it.B[k-1], b)
		}
	}
	return nil
}

func (it *Item) validateAsymptotes() error {
	if it.Model == ThreePL || it.Model == FourPL {
		if !(it.C >= 0 && it.C < 1) {
			return it.invalid("c", "lower asymptote %v is outside [0, 1)", it.C)
		}
	} else if it.C != 0 {
		return it.invalid("c", "%v has no lower asymptote", it.Model)
	}
	if it.Model == FourPL {
		if !(it.U > it.C && it.U <= 1) {
			return it.invalid("u", "upper asymptote %v is outside (c, 1]", it.U)
		}
	} else if it.U != 0 && it.U != 1 {
		return it.invalid("u", "%v has no upper asymptote", it.Model)
	}
	return nil
}

func (it *Item) invalid(field, format string, args ...any) error {
	return &ItemError{Item: it.ID, Field: field, Reason: fmt.Sprintf(format, args...)}
}

// Categories is the number of scores the item can give: 2 for the dichotomous
// models, one more than the difficulties for GRM and GPCM.
func (it *Item) Categories() int { return len(it.B) + 1 }

func (it *Item) dichotomous() bool { return it.Model <= FourPL }

func (it *Item) slope() float64 {
	if it.A == 0 {
		return 1
	}
	return it.A
}

// sharpness is the steepest slope that the item's curves have as functions of a complex ability: π over it is the
// distance to their nearest pole. The steps of a partial credit item can merge.
func (it *Item) sharpness() float64 {
	if it.Model == GPCM {
		return it.A * float64(len(it.B))
	}
	return it.slope()
}

func (it *Item) upper() float64 {
	if it.Model == FourPL {
		return it.U
	}
	return 1
}
