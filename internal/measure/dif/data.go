package dif

import (
	"errors"
	"fmt"
	"math"
)

// Data are the answers of two groups of persons, item by item.
type Data struct {
	// Focal tells, person by person, who is of the focal group; the others are of
	// the reference group.
	Focal []bool
	// Ability is an estimate for each person, on any scale; nil matches on the total score.
	Ability []float64
	Items   []Item
}

// Item holds the answers to one item.
type Item struct {
	ID string
	// Top is the highest score; 1 makes the item dichotomous.
	Top int
	// Persons are the indices of those who answered, ascending; nil when all did.
	Persons []int32
	// Scores are theirs, from 0 to Top, in the same order.
	Scores []int8
}

// Options of a study; the zero value takes the defaults.
type Options struct {
	// MinGroup is the number of answers below which a group is too small, in either
	// group; 100 when 0. Below 200 the tests find only large differences.
	MinGroup int
	// Strata is the number of strata of ability, of equal numbers of those who
	// answered the item; 20 when 0. Total scores are not grouped.
	Strata int
	// Level is the significance level of flags and classes; 0.05 when 0.
	Level float64
	// Purify leaves flagged items out of the total score.
	Purify bool
	// MaxRounds bounds the purification; 10 when 0.
	MaxRounds int
}

func (o Options) withDefaults() (Options, error) {
	if o.MinGroup == 0 {
		o.MinGroup = 100
	}
	if o.Strata == 0 {
		o.Strata = 20
	}
	if o.Level == 0 {
		o.Level = 0.05
	}
	if o.MaxRounds == 0 {
		o.MaxRounds = 10
	}
	switch {
	case o.MinGroup < 2:
		return o, fmt.Errorf("dif: a group of %d cannot be compared", o.MinGroup)
	case o.Strata < 2:
		return o, fmt.Errorf("dif: %d strata of ability", o.Strata)
	case !(o.Level > 0 && o.Level < 1):
		return o, fmt.Errorf("dif: significance level %v", o.Level)
	case o.MaxRounds < 0:
		return o, fmt.Errorf("dif: %d rounds of purification", o.MaxRounds)
	}
	return o, nil
}

// Status says whether an item could be studied.
type Status uint8

// The statuses.
const (
	Tested       Status = iota + 1
	TooFew              // a group gave fewer answers than Options.MinGroup
	OneScore            // every answer has the same score
	NoOverlap           // no stratum has both groups and two different scores
	Sparse              // the strata compare too few answers for a chi-square (Mantel & Fleiss 1980): figures without a class
	Separated           // no finite odds ratio or coefficient: the groups or the matching variable split the scores
	Polytomous          // for dichotomous items only: use Mantel
	Undetermined        // the matching variable does not vary, or varies with the group alone
)

// String returns the status in words.
func (s Status) String() string {
	switch s {
	case Tested:
		return "tested"
	case TooFew:
		return "too few persons in a group"
	case OneScore:
		return "every answer has the same score"
	case NoOverlap:
		return "no stratum compares the groups"
	case Sparse:
		return "too few answers to compare"
	case Separated:
		return "no finite estimate"
	case Polytomous:
		return "more than two scores"
	case Undetermined:
		return "the matching variable cannot be told from the group"
	}
	return "unknown"
}

// Class is a size of effect, from A (negligible) to C (large).
type Class uint8

// The classes; an item that was not tested has none.
const (
	A Class = iota + 1
	B
	C
)

// String returns "A", "B", "C", or "" without a class.
func (c Class) String() string {
	switch c {
	case A:
		return "A"
	case B:
		return "B"
	case C:
		return "C"
	}
	return ""
}

// Groups are the numbers of answers that were compared.
type Groups struct{ Reference, Focal int }

// Validate reports the first person or item that is wrong.
func (d *Data) Validate() error {
	if len(d.Focal) == 0 || len(d.Items) == 0 {
		return errors.New("dif: no person or no item")
	}
	if d.Ability != nil && len(d.Ability) != len(d.Focal) {
		return fmt.Errorf("dif: %d abilities for %d persons", len(d.Ability), len(d.Focal))
	}
	for i, a := range d.Ability {
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return fmt.Errorf("dif: person %d: ability %v", i, a)
		}
	}
	for i := range d.Items {
		if err := d.Items[i].validate(len(d.Focal)); err != nil {
			return err
		}
	}
	return nil
}

func (it *Item) validate(persons int) error {
	answers := len(it.Persons)
	if it.Persons == nil {
		answers = persons
	}
	if len(it.Scores) != answers {
		return fmt.Errorf("dif: item %q: %d scores for %d persons", it.ID, len(it.Scores), answers)
	}
	if it.Top < 1 || it.Top > math.MaxInt8 {
		return fmt.Errorf("dif: item %q: highest score %d", it.ID, it.Top)
	}
	for i, p := range it.Persons {
		if p < 0 || int(p) >= persons || i > 0 && p <= it.Persons[i-1] {
			return fmt.Errorf("dif: item %q: answer %d: person %d of %d, out of order or unknown", it.ID, i, p, persons)
		}
	}
	for i, s := range it.Scores {
		if s < 0 || int(s) > it.Top {
			return fmt.Errorf("dif: item %q: answer %d: score %d of %d", it.ID, i, s, it.Top)
		}
	}
	return nil
}

// person is the index of whoever gave an answer.
func (it *Item) person(answer int) int {
	if it.Persons == nil {
		return answer
	}
	return int(it.Persons[answer])
}
