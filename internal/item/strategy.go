package item

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// tolerance is how much better than chance a strategy that knows nothing may do. Under fewItems the figure, whose
// standard error is then over 8 points, warns and does not refuse the bank.
const (
	tolerance = 0.10
	fewItems  = 30
)

// StrategyFigure is how often a strategy that knows nothing of the subject finds a key, over the items of one type.
type StrategyFigure struct {
	Strategy string  `json:"strategy"`
	Type     Type    `json:"type"`
	Items    int     `json:"items"`
	Rate     float64 `json:"rate"`   // 0..1, ties shared
	Chance   float64 `json:"chance"` // 0..1, of a blind choice
}

// strategy picks the options between which it would draw; none leaves the item out.
type strategy struct {
	name string
	pick func([]option) []int
}

func strategies() []strategy {
	list := []strategy{
		{"longest option", func(o []option) []int { return extreme(o, length) }},
		{"shortest option", func(o []option) []int { return extreme(o, func(o option) int { return -length(o) }) }},
		{"most absolute words", func(o []option) []int { return extreme(o, absolutes) }},
		{"fewest absolute words", func(o []option) []int { return extreme(o, func(o option) int { return -absolutes(o) }) }},
	}
	for place := range 7 {
		list = append(list, strategy{fmt.Sprintf("option %d", place+1), func(o []option) []int {
			if place >= len(o) {
				return nil
			}
			return []int{place}
		}})
	}
	return list
}

func length(o option) int { return utf8.RuneCountInString(o.Text) }

// absoluteWords are those that betray a wrong option, or a right one where all the others have them; folded.
var absoluteWords = []string{
	"toujours", "jamais", "aucun", "aucune", "tous", "toutes", "uniquement", "seulement", "exclusivement", "systematiquement",
	"obligatoirement", "forcement", "absolument", "totalement", "always", "never", "none", "all", "every", "only", "must",
}

func absolutes(o option) int {
	n := 0
	for _, w := range strings.Fields(fold(o.Text)) {
		if slices.Contains(absoluteWords, w) {
			n++
		}
	}
	return n
}

// extreme lists the options of the highest value.
func extreme(options []option, value func(option) int) []int {
	best := value(slices.MaxFunc(options, func(a, b option) int { return cmp.Compare(value(a), value(b)) }))
	var picked []int
	for i, o := range options {
		if value(o) == best {
			picked = append(picked, i)
		}
	}
	return picked
}

// Strategies measures the strategies over the single and the multiple items of a bank.
func Strategies(b *Bank) []StrategyFigure {
	var out []StrategyFigure
	for _, kind := range []Type{Single, Multiple} {
		for _, s := range strategies() {
			if f := s.measure(b, kind); f.Items > 0 {
				out = append(out, f)
			}
		}
	}
	return out
}

func (s strategy) measure(b *Bank, kind Type) StrategyFigure {
	f := StrategyFigure{Strategy: s.name, Type: kind}
	for _, it := range b.items {
		if it.Type != kind {
			continue
		}
		options := it.doc.Source.Options
		picked := s.pick(options)
		if len(picked) == 0 {
			continue
		}
		all := make([]int, len(options))
		for i := range all {
			all[i] = i
		}
		f.Items++
		f.Rate += share(options, picked)
		f.Chance += share(options, all)
	}
	if f.Items > 0 {
		f.Rate /= float64(f.Items)
		f.Chance /= float64(f.Items)
	}
	return f
}

// share is the share of keys among the picked options.
func share(options []option, picked []int) float64 {
	keys := 0
	for _, i := range picked {
		if options[i].Key {
			keys++
		}
	}
	return float64(keys) / float64(len(picked))
}

func checkStrategies(b *Bank) []Finding {
	var out []Finding
	for _, f := range Strategies(b) {
		if f.Rate <= f.Chance+tolerance {
			continue
		}
		severity := SeverityError
		if f.Items < fewItems {
			severity = SeverityWarning
		}
		out = append(out, Finding{Severity: severity, Code: FindStrategy, Message: fmt.Sprintf(
			"choosing the %s finds a key in %.0f %% of %d %s items; chance is %.0f %%, and 10 points more are accepted",
			f.Strategy, 100*f.Rate, f.Items, f.Type, 100*f.Chance)})
	}
	return out
}
