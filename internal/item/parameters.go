package item

import (
	"math"

	"galien/internal/measure"
)

// Provenance says where an item's parameters come from.
type Provenance string

// Provenances.
const (
	Expert     Provenance = "expert"     // the author's level: provisional, wide error
	Calibrated Provenance = "calibrated" // estimated from responses
)

// Parameters are the measurement model of an item, on the logistic metric, with their provenance and standard errors.
// In JSON the numbers are in millionths, the precision at which two scorers must agree.
type Parameters struct {
	Model      string      `json:"model"` // as measure.ParseModel reads it
	A          Millionth   `json:"a"`
	B          []Millionth `json:"b"`
	C          Millionth   `json:"c"`
	Provenance Provenance  `json:"provenance"`
	SEB        Millionth   `json:"seB,omitempty"`    // of each difficulty, of an expert
	SELogA     Millionth   `json:"seLogA,omitempty"` // of the logarithm of the slope, of an expert

	SE       *StandardErrors `json:"se,omitempty"`       // of calibrated parameters
	N        int64           `json:"n,omitempty"`        // responses that they were estimated from
	Study    string          `json:"study,omitempty"`    // id of the study that they come from
	Revision int             `json:"revision,omitempty"` // which of those accepted for the item's version, from 1; 0 before any
}

// StandardErrors are those of calibrated parameters, 0 where the model has no such parameter.
type StandardErrors struct {
	A Millionth   `json:"a"`
	B []Millionth `json:"b"`
	C Millionth   `json:"c"`
}

// Millionth is a number in millionths: an integer, whose text is the same whoever writes it.
type Millionth int64

// Millionths rounds to the nearest millionth.
func Millionths(x float64) Millionth { return millionths(x) }

func millionths(x float64) Millionth { return Millionth(math.Round(x * 1e6)) }

// Float is the number itself.
func (m Millionth) Float() float64 { return float64(m) / 1e6 }

// Expert priors. The error of a difficulty is twice the step between two levels, so that a real calibration is free to
// move an item by a level or more.
const (
	expertSlope  = 1.0
	expertStep   = 0.4 // half the distance between the outer steps of a partial-credit item
	expertSEB    = 0.8
	expertSELogA = 0.4
)

// expertDifficulty is the difficulty of each authored level: 1 indépendant to 4 expert, 0.8 logit apart, centred on the
// mean of the prior and midway between the provisional cuts.
func expertDifficulty(level int) float64 { return float64(2*level-5) * 0.4 }

// ExpertParameters are the parameters that the author's level and the type give before any calibration.
//
// A single with n options is 3PL with lower asymptote 1/n, what a blind choice earns: the other options are made
// plausible, so that their pull is not known before responses are, and an asymptote too low would credit luck as
// ability. A text answer cannot be guessed: 2PL. Partial credit is GPCM with steps around the level's difficulty; blind
// choices reach its upper categories too seldom for an asymptote.
func (it *Item) ExpertParameters() Parameters {
	b := expertDifficulty(it.Level)
	p := Parameters{
		Model: measure.GPCM.String(), A: millionths(expertSlope),
		Provenance: Expert, SEB: millionths(expertSEB), SELogA: millionths(expertSELogA),
	}
	switch it.Type {
	case Single:
		p.Model, p.B = measure.ThreePL.String(), []Millionth{millionths(b)}
		p.C = millionths(1 / float64(len(it.doc.Source.Options)))
	case Text:
		p.Model, p.B = measure.TwoPL.String(), []Millionth{millionths(b)}
	case Scenario:
		p.B = []Millionth{millionths(b - expertStep), millionths(b), millionths(b + expertStep)}
	default:
		p.B = []Millionth{millionths(b - expertStep), millionths(b + expertStep)}
	}
	return p
}

// Location is the mean of the difficulties: where the item stands on the ability scale, in one number.
func (p Parameters) Location() float64 {
	sum := 0.0
	for _, b := range p.B {
		sum += b.Float()
	}
	return sum / float64(max(1, len(p.B)))
}

// Measure returns the item for the measurement engine with its expert parameters; dim is its competency's place in the
// framework. For an item of a release, see Published.Measure.
func (it *Item) Measure(dim int) measure.Item {
	return it.ExpertParameters().measure(measure.Item{ID: it.ID, Dim: dim, Family: it.Family, Seconds: it.Seconds})
}

// Curve returns the parameters as an item of the measurement engine; the error says which is out of its range.
func (p Parameters) Curve(id string) (measure.Item, error) {
	it := p.measure(measure.Item{ID: id})
	return it, it.Validate()
}

// measure completes an item of the engine. An unknown model gives one that measure.Item.Validate refuses.
func (p Parameters) measure(it measure.Item) measure.Item {
	if model, err := measure.ParseModel(p.Model); err == nil {
		it.Model = model
	}
	it.A, it.C = p.A.Float(), p.C.Float()
	for _, b := range p.B {
		it.B = append(it.B, b.Float())
	}
	return it
}
