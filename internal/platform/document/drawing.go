package document

import (
	"context"
	"math"
)

// The drawing of a plot, in points of its own: the same for a page and for paper.
const (
	plotWidth  = 640.0
	plotHeight = 380.0
	leftEdge   = 76.0
	rightEdge  = 12.0
	topEdge    = 12.0
	bottomEdge = 62.0
)

// style is what a mark means; each face of the document gives it a look.
type style uint8

const (
	styleGrid  style = iota // lines of the scale
	styleFrame              // axes
	styleGuide              // diagonal, zero
	styleTick               // numbers of the scale
	styleLabel              // name of an axis
	styleSeries
)

// form is how a mark is drawn.
type form uint8

const (
	formLine form = iota // joined points
	formArea             // filled polygon
	formDot
	formText
)

// mark is one stroke, area, dot or word. series counts from 0 for marks of styleSeries.
type mark struct {
	form   form
	style  style
	series int
	points []position
	text   string
	anchor string // of a text: "start", "middle", "end"
	upward bool   // the text reads upwards
}

type position struct{ x, y float64 }

// drawing is the marks of a plot, back to front.
type drawing struct {
	plot  Plot
	marks []mark
}

func (p Plot) draw(ctx context.Context) []mark {
	d := &drawing{plot: p.ranged()}
	d.scales(ctx)
	for n, s := range d.plot.Series {
		d.series(n, s)
	}
	return d.marks
}

func (d *drawing) x(v float64) float64 {
	return leftEdge + (v-d.plot.X.Min)/(d.plot.X.Max-d.plot.X.Min)*(plotWidth-leftEdge-rightEdge)
}

func (d *drawing) y(v float64) float64 {
	return plotHeight - bottomEdge - (v-d.plot.Y.Min)/(d.plot.Y.Max-d.plot.Y.Min)*(plotHeight-topEdge-bottomEdge)
}

func (d *drawing) at(x, y float64) position { return position{d.x(x), d.y(y)} }

func (d *drawing) line(s style, points ...position) {
	d.marks = append(d.marks, mark{form: formLine, style: s, points: points})
}

func (d *drawing) scales(ctx context.Context) {
	x, y := d.plot.X, d.plot.Y
	at, text := x.ticks(ctx)
	for i, v := range at {
		d.line(styleGrid, d.at(v, y.Min), d.at(v, y.Max))
		d.marks = append(d.marks, mark{form: formText, style: styleTick, text: text[i], anchor: "middle",
			points: []position{{d.x(v), plotHeight - bottomEdge + 20}}})
	}
	at, text = y.ticks(ctx)
	for i, v := range at {
		d.line(styleGrid, d.at(x.Min, v), d.at(x.Max, v))
		d.marks = append(d.marks, mark{form: formText, style: styleTick, text: text[i], anchor: "end",
			points: []position{{leftEdge - 8, d.y(v) + 5}}})
	}
	d.line(styleFrame, d.at(x.Min, y.Max), d.at(x.Min, y.Min), d.at(x.Max, y.Min))
	if y.Min < 0 && y.Max > 0 {
		d.line(styleGuide, d.at(x.Min, 0), d.at(x.Max, 0))
	}
	if d.plot.Diagonal {
		d.line(styleGuide, d.at(x.Min, x.Min), d.at(x.Max, x.Max))
	}
	d.marks = append(d.marks,
		mark{form: formText, style: styleLabel, text: x.Label, anchor: "middle",
			points: []position{{(leftEdge + plotWidth - rightEdge) / 2, plotHeight - 12}}},
		mark{form: formText, style: styleLabel, text: y.Label, anchor: "middle", upward: true,
			points: []position{{18, (topEdge + plotHeight - bottomEdge) / 2}}})
}

func (d *drawing) series(n int, s Series) {
	if len(s.Points) == 0 {
		return
	}
	add := func(f form, points ...position) {
		d.marks = append(d.marks, mark{form: f, style: styleSeries, series: n, points: points})
	}
	switch s.Kind {
	case Line:
		var points []position
		for _, q := range s.Points {
			points = append(points, d.at(q.X, q.Y))
		}
		add(formLine, points...)
	case Band:
		var above, below []position
		for _, q := range s.Points {
			above = append(above, d.at(q.X, q.High))
			below = append([]position{d.at(q.X, q.Low)}, below...)
		}
		add(formArea, append(above, below...)...)
	case Dots:
		for _, q := range s.Points {
			if q.interval() {
				add(formLine, d.at(q.X, q.Low), d.at(q.X, q.High))
			}
		}
		for _, q := range s.Points {
			add(formDot, d.at(q.X, q.Y))
		}
	case Bars:
		half := s.spacing() * 0.45
		for _, q := range s.Points {
			add(formArea, d.at(q.X-half, 0), d.at(q.X-half, q.Y), d.at(q.X+half, q.Y), d.at(q.X+half, 0))
		}
	}
}

// spacing is the smallest distance between two neighbours; 1 where there is one point.
func (s Series) spacing() float64 {
	spacing := math.Inf(1)
	for i := 1; i < len(s.Points); i++ {
		if gap := math.Abs(s.Points[i].X - s.Points[i-1].X); gap > 0 {
			spacing = math.Min(spacing, gap)
		}
	}
	if math.IsInf(spacing, 1) {
		return 1
	}
	return spacing
}
