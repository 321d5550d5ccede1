package fit

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Alternative is one of the choices that an item offers.
type Alternative struct {
	ID  string
	Key bool // whether it is right
}

// Choice is what one person did with an item.
type Choice struct {
	// Ability of the person without this item (Rest.EAP): with it, the key looks better than it
	// is.
	Ability float64
	// Chosen are the indexes of the options chosen, several where the item allows it, none for
	// an omission.
	Chosen []int
}

// AlternativeStatistics describe an option.
type AlternativeStatistics struct {
	Alternative
	Count int
	Share float64 // of the persons
	// MeanAbility is that of the persons who chose it; NaN if nobody did.
	MeanAbility float64
	// PointBiserial is the correlation of choosing it with the ability; NaN if nobody or
	// everybody did.
	PointBiserial float64
	// Thirds are the shares in the lower, middle and upper third of ability; NaN with fewer than
	// three persons.
	Thirds [3]float64
}

// DistractorReport is the distractor analysis of an item.
type DistractorReport struct {
	Persons int
	Omitted float64 // share of persons who chose nothing
	Options []AlternativeStatistics
}

// Distractors returns the distractor analysis of an item. The thirds are cut by rank, the order
// of the choices breaking ties. Choices whose ability is not finite are left out.
func Distractors(options []Alternative, choices []Choice) (*DistractorReport, error) {
	if err := checkOptions(options, choices); err != nil {
		return nil, err
	}
	kept := slices.DeleteFunc(slices.Clone(choices), func(c Choice) bool { return !finite(c.Ability) })
	if len(kept) == 0 {
		return nil, ErrEmpty
	}
	slices.SortStableFunc(kept, func(x, y Choice) int { return cmp.Compare(x.Ability, y.Ability) })
	r := &DistractorReport{Persons: len(kept)}
	for _, c := range kept {
		if len(c.Chosen) == 0 {
			r.Omitted += 1 / float64(len(kept))
		}
	}
	for i, o := range options {
		r.Options = append(r.Options, statisticsOf(o, i, kept))
	}
	return r, nil
}

func checkOptions(options []Alternative, choices []Choice) error {
	seen := map[string]bool{}
	for i, o := range options {
		if o.ID == "" || seen[o.ID] {
			return fmt.Errorf("fit: option %d: the name %q is missing or there twice", i, o.ID)
		}
		seen[o.ID] = true
	}
	if !slices.ContainsFunc(options, func(o Alternative) bool { return o.Key }) {
		return errors.New("fit: no option is the key")
	}
	for p, c := range choices {
		for n, i := range c.Chosen {
			if i < 0 || i >= len(options) || slices.Contains(c.Chosen[:n], i) {
				return fmt.Errorf("fit: choice %d: option %d is there twice or not among the %d", p, i, len(options))
			}
		}
	}
	return nil
}

// statisticsOf describes an option; the choices are in the order of the abilities.
func statisticsOf(o Alternative, index int, choices []Choice) AlternativeStatistics {
	s := AlternativeStatistics{Alternative: o}
	var with products
	var thirds, sizes [3]float64
	sum := 0.0
	for rank, c := range choices {
		chosen := 0.0
		if slices.Contains(c.Chosen, index) {
			chosen = 1
			s.Count++
			sum += c.Ability
		}
		with.add(chosen, c.Ability)
		third := 3 * rank / len(choices)
		thirds[third] += chosen
		sizes[third]++
	}
	s.Share = float64(s.Count) / float64(len(choices))
	s.MeanAbility = quotient(sum, float64(s.Count))
	_, s.PointBiserial = with.correlation()
	for i := range thirds {
		s.Thirds[i] = quotient(thirds[i], sizes[i])
	}
	return s
}

// Flags returns the flags of the options, in a stable order: OptionUnused, a distractor that
// nobody chose; OptionAboveKey, a distractor that more of the upper third chose than some key;
// KeyNegative, a key whose point-biserial is negative. It gives FewAnswers alone under the
// minimum.
func (r *DistractorReport) Flags(l Limits) []Flag {
	if r.Persons < l.MinimumPersons {
		return []Flag{l.few(r.Persons)}
	}
	key := math.Inf(1) // share of the upper third on the key that it chose least
	for _, o := range r.Options {
		if o.Key {
			key = min(key, o.Thirds[2])
		}
	}
	var flags []Flag
	for _, o := range r.Options {
		switch {
		case o.Key && o.PointBiserial < 0:
			flags = append(flags, Flag{Code: KeyNegative, Of: o.ID, Value: o.PointBiserial})
		case !o.Key && o.Count == 0:
			flags = append(flags, Flag{Code: OptionUnused, Of: o.ID})
		case !o.Key && o.Thirds[2] > key:
			flags = append(flags, Flag{Code: OptionAboveKey, Of: o.ID, Value: o.Thirds[2], Limit: key})
		}
	}
	return flags
}
