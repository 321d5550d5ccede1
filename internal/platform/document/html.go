package document

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"galien/assets"
	"galien/internal/platform/ui"
)

// WriteHTML writes the document as an HTML file that needs nothing beside it, in the language of ctx.
func (d *Document) WriteHTML(ctx context.Context, w io.Writer) error {
	style, err := fs.ReadFile(assets.Dist(), path.Base(assets.URL("app.css")))
	if err != nil {
		return fmt.Errorf("document: style: %w", err)
	}
	return file(d.alone(), string(style)).Render(ctx, w)
}

// alone is the document without its links, which lead nowhere from a file.
func (d *Document) alone() *Document {
	out := *d
	out.Blocks = slices.Clone(d.Blocks)
	for i, b := range out.Blocks {
		if t, ok := b.(Table); ok {
			t.Links = nil
			out.Blocks[i] = t
		}
	}
	return &out
}

func (f Facts) pairs() []ui.Pair {
	pairs := make([]ui.Pair, len(f.Facts))
	for i, fact := range f.Facts {
		pairs[i] = ui.Pair{Term: fact.Name, Text: fact.Value}
	}
	return pairs
}

func (t Table) props() ui.TableProps {
	p := ui.TableProps{Caption: t.Caption}
	for _, c := range t.Columns {
		p.Columns = append(p.Columns, ui.Column{Label: c.Label, Numeric: c.Numeric})
	}
	for n, row := range t.Rows {
		cells := make([]ui.Cell, len(row))
		for i, text := range row {
			cells[i] = ui.Cell{Text: text}
		}
		if len(t.Links) > n && len(cells) > 0 {
			cells[0].Href = t.Links[n]
		}
		p.Rows = append(p.Rows, cells)
	}
	return p
}

// class is the look of a mark in the site's style sheet: the classes of the other charts, and which series.
func (m mark) class() string {
	switch m.style {
	case styleGrid, styleFrame:
		return "g-ring"
	case styleGuide:
		return "g-limit"
	case styleTick:
		return "g-ring-label g-plot-tick"
	case styleLabel:
		return "g-ring-label"
	}
	return seriesClass(m.form, m.series)
}

func seriesClass(f form, series int) string {
	number := " g-series-" + strconv.Itoa(series%seriesLooks)
	switch f {
	case formArea:
		return "g-band" + number
	case formDot:
		return "g-dot" + number
	}
	return "g-line" + number
}

// seriesLooks is how many series look different; more than three lines in one drawing cannot be told apart.
const seriesLooks = 3

func (m mark) path() string {
	var b strings.Builder
	for i, p := range m.points {
		if i == 0 {
			b.WriteByte('M')
		} else {
			b.WriteByte('L')
		}
		b.WriteString(coordinate(p.x))
		b.WriteByte(' ')
		b.WriteString(coordinate(p.y))
	}
	return b.String()
}

func (m mark) turn() string {
	return "translate(" + coordinate(m.points[0].x) + " " + coordinate(m.points[0].y) + ") rotate(-90)"
}

// coordinate is a number of the drawing, to a tenth.
func coordinate(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }
