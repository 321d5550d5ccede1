package study

import (
	"galien/internal/item"
	"galien/internal/measure/fit"
)

// Quality is what an analysis found. The abilities are on the one dimension of calibrations.
type Quality struct {
	Data      Data          `json:"data"`
	Algorithm string        `json:"algorithm"`
	MeanQ3    *float64      `json:"meanQ3"` // nil: no pair was answered by enough people
	Pairs     int           `json:"pairs"`  // of items that enough people answered both
	Dependent []Dependence  `json:"dependent"`
	Items     []ItemQuality `json:"items"`
}

// Dependence is a pair of items that share more than the ability.
type Dependence struct {
	First   item.Ref `json:"first"`
	Second  item.Ref `json:"second"`
	Persons int      `json:"persons"`
	Excess  float64  `json:"excess"` // Q3 less the mean of the pairs
}

// ItemQuality is what is known of an item. Numbers that are not defined are nil.
type ItemQuality struct {
	item.Ref
	Competency string   `json:"competency"`
	N          int64    `json:"n"`      // 0 when fewer than MinPersons
	Hidden     bool     `json:"hidden"` // answered, by fewer than MinPersons
	Ease       *float64 `json:"ease"`   // mean score over the highest
	Outfit     *float64 `json:"outfit"`
	Infit      *float64 `json:"infit"`
	Misfit     *Misfit  `json:"misfit"`
	Options    []Use    `json:"options,omitempty"` // of items with options
	Skipped    *float64 `json:"skipped"`           // share of «je ne sais pas»
	Time       *Time    `json:"time"`
	Flags      []Sign   `json:"flags"`
}

// Misfit compares the answers with what the answers before them predicted (fit.PredictiveFits).
type Misfit struct {
	X2     float64 `json:"x2"`
	DF     int     `json:"df"`
	P      float64 `json:"p"`
	RMSEA  float64 `json:"rmsea"`
	Z      float64 `json:"z"` // positive: easier than its parameters say
	Groups []Group `json:"groups"`
}

// Group is people of like predicted ability.
type Group struct {
	At       float64 `json:"at"`
	Persons  int     `json:"persons"`
	Observed float64 `json:"observed"`
	Expected float64 `json:"expected"`
}

// Use is how an option was chosen.
type Use struct {
	ID      string      `json:"id"`
	Key     bool        `json:"key"`
	Share   float64     `json:"share"`
	Ability *float64    `json:"ability"` // mean of those who chose it
	Link    *float64    `json:"link"`    // correlation of choosing it with the ability
	Thirds  *[3]float64 `json:"thirds"`  // its share among the lower, middle and upper third
}

// Time is how long the item took, in seconds.
type Time struct {
	Median      float64  `json:"median"`
	Lower       float64  `json:"lower"` // quartiles
	Upper       float64  `json:"upper"`
	Rapid       float64  `json:"rapid"` // share of answers too fast to have been read
	Threshold   float64  `json:"threshold"`
	Correlation *float64 `json:"correlation"` // of its logarithm with the ability
}

// Sign is something for the author to look at; see fit.Flag.
type Sign struct {
	Code  fit.Code `json:"code"`
	Of    string   `json:"of,omitempty"`
	Value *float64 `json:"value"`
	Limit *float64 `json:"limit"`
}
