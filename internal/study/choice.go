package study

import (
	"galien/internal/assess"
	"galien/internal/platform/errs"
)

// Choice says which answers a calibration takes and how it treats them.
type Choice struct {
	Language string        `json:"language"` // of the bank
	From     int64         `json:"from"`     // when the answers were given, microseconds
	To       int64         `json:"to"`       // excluded
	Extent   assess.Extent `json:"extent"`   // of the positionings
	Minimum  int           `json:"minimum"`  // answers under which no estimate may be accepted
	Models   Models        `json:"models"`
	Priors   Priors        `json:"priors"`
	Anchored bool          `json:"anchored"` // items with calibrated parameters are held, and give the others their scale
}

// Models says under which model an item is estimated.
type Models string

// The models. Items with partial credit keep theirs.
const (
	ModelsInForce Models = "in_force"
	ModelsTwoPL   Models = "two_pl" // two parameters for items that are right or wrong: no lower asymptote
)

// Priors says what keeps estimates of few answers from running away.
type Priors string

// The priors.
const (
	WeakPriors Priors = "weak"
	NoPriors   Priors = "none" // maximum likelihood, for comparisons
)

// DefaultMinimum is the number of answers under which an item's parameters are not published. A study may set another, which
// is written in it.
const DefaultMinimum = 200

// check returns what is wrong with a choice, field by field.
func (c Choice) check() error {
	var faults errs.Collect
	if c.From >= c.To {
		faults.Add("to", "study.period_empty")
	}
	if c.Extent != assess.AnyExtent && c.Extent != assess.WholeExtent && c.Extent != assess.PartExtent {
		faults.Add("extent", "study.choose")
	}
	if c.Minimum < MinPersons || c.Minimum > 1_000_000 {
		faults.Add("minimum", "study.minimum_range", "least", MinPersons)
	}
	if c.Models != ModelsInForce && c.Models != ModelsTwoPL {
		faults.Add("models", "study.choose")
	}
	if c.Priors != WeakPriors && c.Priors != NoPriors {
		faults.Add("priors", "study.choose")
	}
	return faults.Err()
}

// sample is the answers that the choice takes of a bank.
func (c Choice) sample(bank string) assess.Sample {
	return assess.Sample{Bank: bank, Language: c.Language, From: c.From, To: c.To, Extent: c.Extent}
}
