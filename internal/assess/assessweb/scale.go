package assessweb

import (
	"math"
	"time"

	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
)

// interval is how many standard errors lie on each side of the mean in the intervals shown: 90 % of the normal law.
const interval = 1.645

// decimals is how many decimals a value is written with; shown rounds to it.
const decimals = 1

// levelScale shows abilities with the levels as its unit: level k begins at k, whatever the cuts in logits, so that «2,4
// sur 4» can be read without knowing a logit. Between two cuts the ability is shown in proportion; the first and last
// level are given the width of their neighbour.
type levelScale struct {
	levels []string
	lang   string    // of the levels
	cuts   []float64 // ascending
}

func scaleOf(fw *framework.Framework) levelScale {
	s := levelScale{cuts: fw.Scale.Cuts, lang: fw.Language}
	for _, l := range fw.Scale.Levels {
		s.levels = append(s.levels, l.Title)
	}
	return s
}

// title names a level; a level that the framework in service does not have is «–».
func (s levelScale) title(level int) string {
	if level < 0 || level >= len(s.levels) {
		return "–"
	}
	return s.levels[level]
}

// titles names a run of levels by its ends, with the same words in every language: «Confirmé – Expert».
func (s levelScale) titles(low, high int) string {
	if low == high {
		return s.title(low)
	}
	return s.title(low) + " – " + s.title(high)
}

// chart is the scale of the drawings.
func (s levelScale) chart() ui.Scale {
	c := ui.Scale{Max: float64(len(s.levels)), Decimals: decimals, Lang: s.lang}
	for i, t := range s.levels {
		c.Bands = append(c.Bands, ui.Band{Label: t, From: float64(i)})
	}
	return c
}

// place puts an ability on the scale: 0 at its foot, k at cut k, the number of levels at its top.
func (s levelScale) place(ability float64) float64 {
	n := len(s.cuts)
	if n == 0 {
		return 0
	}
	k := 0 // level
	for k < n && ability >= s.cuts[k] {
		k++
	}
	var from, width float64
	switch {
	case k == 0:
		width = s.width(0)
		from = s.cuts[0] - width
	case k == n:
		from, width = s.cuts[n-1], s.width(n-2)
	default:
		from, width = s.cuts[k-1], s.width(k-1)
	}
	return min(max(float64(k)+(ability-from)/width, 0), float64(n+1))
}

// width is the distance from a cut to the next, 1 logit where there is no such pair.
func (s levelScale) width(i int) float64 {
	if i < 0 || i+1 >= len(s.cuts) {
		return 1
	}
	return s.cuts[i+1] - s.cuts[i]
}

// shown is a place rounded as it is written.
func shown(place float64) float64 { return math.Round(place*10) / 10 }

// within is a place rounded as it is written, inside the level it belongs to: 1.97 is written 1.9, as 2.0 would be the next.
func (s levelScale) within(level int, place float64) float64 {
	top := float64(level) + 0.9
	if level == len(s.levels)-1 {
		top = float64(len(s.levels))
	}
	return min(max(shown(place), float64(level)), top)
}

// typeset gives a title of the framework its no-break spaces and apostrophes, when it is French.
func (s levelScale) typeset(title string) string {
	if s.lang == string(i18n.French) {
		return i18n.Typography(title)
	}
	return title
}

// estimate is a measure as the charts show it. A measure on no answer is what the others let us guess: it is not shown.
func (s levelScale) estimate(code, label string, m assess.Measured, at int64) ui.Estimate {
	label = s.typeset(label)
	if m.Answers == 0 {
		return ui.Estimate{Label: label, Short: code, Lang: s.lang, None: true}
	}
	value := s.within(m.Level, s.place(m.Mean))
	return ui.Estimate{
		Label: label, Short: code, Lang: s.lang, Level: s.titles(credible(m)), Measured: time.UnixMicro(at), Value: value,
		Low: min(value, shown(s.place(m.Mean-interval*m.SE))), High: max(value, shown(s.place(m.Mean+interval*m.SE))),
	}
}
