package document

import (
	"context"
	"math"

	"galien/internal/platform/i18n"
)

// Plot is values against two axes.
type Plot struct {
	X, Y   Axis
	Series []Series
	// Diagonal draws the line where both axes are equal.
	Diagonal bool
}

// Axis is the scale of a direction: its name with the unit, and its range. A range of zero is taken from the values.
type Axis struct {
	Label    string
	Min, Max float64
	Decimals int // of the values in the table
}

// Kind is how a series is drawn.
type Kind uint8

// The kinds. Line joins its points; Dots are single, with a whisker where they have an interval; Bars rise from zero,
// each as wide as the distance to the next; Band fills between Low and High.
const (
	Line Kind = iota
	Dots
	Bars
	Band
)

// Series is one set of points. Several series differ by their form as well as by their colour.
type Series struct {
	Label  string
	Kind   Kind
	Points []Point
}

// Point is a value, with an interval (Low < High) or without, and the name of what it measures, or "".
type Point struct {
	X, Y      float64
	Low, High float64
	Name      string
}

func (p Point) interval() bool { return p.Low < p.High }

func (p Point) finite() bool {
	for _, v := range [...]float64{p.X, p.Y, p.Low, p.High} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// ranged returns the plot with both ranges set and without the points that are no numbers.
func (p Plot) ranged() Plot {
	series := make([]Series, 0, len(p.Series))
	x, y := extent{}, extent{}
	for _, s := range p.Series {
		var points []Point
		for _, q := range s.Points {
			if !q.finite() {
				continue
			}
			points = append(points, q)
			x.include(q.X)
			if s.Kind != Band {
				y.include(q.Y)
			}
			if q.interval() {
				y.include(q.Low)
				y.include(q.High)
			}
			if s.Kind == Bars {
				y.include(0)
			}
		}
		s.Points = points
		series = append(series, s)
	}
	p.Series = series
	p.X, p.Y = p.X.ranged(x), p.Y.ranged(y)
	if p.Diagonal {
		low, high := math.Min(p.X.Min, p.Y.Min), math.Max(p.X.Max, p.Y.Max)
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = low, high, low, high
	}
	return p
}

func (a Axis) ranged(e extent) Axis {
	if a.Min < a.Max {
		return a
	}
	a.Min, a.Max = e.low, e.high
	if !(a.Min < a.Max) {
		a.Min, a.Max = a.Min-1, a.Max+1
	}
	step := tickStep(a.Min, a.Max)
	a.Min, a.Max = math.Floor(a.Min/step+1e-9)*step, math.Ceil(a.Max/step-1e-9)*step
	return a
}

// extent is the range of some values.
type extent struct {
	low, high float64
	some      bool
}

func (e *extent) include(v float64) {
	if !e.some {
		e.low, e.high, e.some = v, v, true
	}
	e.low, e.high = math.Min(e.low, v), math.Max(e.high, v)
}

// tickStep is 1, 2 or 5 times a power of ten, so that a range has four to nine steps.
func tickStep(low, high float64) float64 {
	raw := (high - low) / 8
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range [...]float64{1, 2, 5} {
		if raw <= m*power*(1+1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// ticks are the round values of a range with their texts.
func (a Axis) ticks(ctx context.Context) (at []float64, text []string) {
	step := tickStep(a.Min, a.Max)
	decimals := max(0, int(-math.Floor(math.Log10(step)+1e-9)))
	for v := math.Ceil(a.Min/step-1e-9) * step; v <= a.Max+step*1e-9; v += step {
		if math.Abs(v) < step*1e-9 {
			v = 0
		}
		at, text = append(at, v), append(text, i18n.Number(ctx, v, decimals))
	}
	return at, text
}

// table is the twin of a plot: a row for each point.
func (f Figure) table(ctx context.Context) Table {
	p := f.Plot
	t := Table{Caption: f.Caption}
	named, intervals := false, false
	for _, s := range p.Series {
		for _, q := range s.Points {
			named = named || q.Name != ""
			intervals = intervals || q.interval()
		}
	}
	t.Columns = append(t.Columns, Column{Label: i18n.T(ctx, "document.series")})
	if named {
		t.Columns = append(t.Columns, Column{Label: i18n.T(ctx, "document.name")})
	}
	t.Columns = append(t.Columns, Column{p.X.Label, true}, Column{p.Y.Label, true})
	if intervals {
		t.Columns = append(t.Columns, Column{i18n.T(ctx, "document.low"), true}, Column{i18n.T(ctx, "document.high"), true})
	}
	for _, s := range p.Series {
		for _, q := range s.Points {
			t.Rows = append(t.Rows, p.row(ctx, s, q, named, intervals))
		}
	}
	return t
}

func (p Plot) row(ctx context.Context, s Series, q Point, named, intervals bool) []string {
	number := func(a Axis, v float64) string {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "–"
		}
		return i18n.Number(ctx, v, a.Decimals)
	}
	row := []string{s.Label}
	if named {
		row = append(row, q.Name)
	}
	y := "–"
	if s.Kind != Band {
		y = number(p.Y, q.Y)
	}
	row = append(row, number(p.X, q.X), y)
	switch {
	case intervals && q.interval():
		row = append(row, number(p.Y, q.Low), number(p.Y, q.High))
	case intervals:
		row = append(row, "–", "–")
	}
	return row
}
