package studyweb

import (
	"context"
	"strconv"

	"galien/internal/platform/document"
	"galien/internal/platform/i18n"
	"galien/internal/study"
)

// intervalWidth is half the width of an interval that holds 95 chances in 100, in standard errors.
const intervalWidth = 1.96

// chart shows each difficulty before and after, the steps of partial credit one by one: on the diagonal nothing moves.
func chart(ctx context.Context, r *study.Result) *document.Document {
	clear := document.Series{Label: i18n.T(ctx, "study.chart.clear"), Kind: document.Dots}
	flagged := document.Series{Label: i18n.T(ctx, "study.chart.flagged"), Kind: document.Dots}
	for _, e := range r.Items {
		if e.Estimated == nil {
			continue
		}
		into := &clear
		if len(e.Flags) > 0 {
			into = &flagged
		}
		into.Points = append(into.Points, points(e)...)
	}
	figure := document.Figure{ID: "difficultes", Caption: i18n.T(ctx, "study.chart.title"), Note: i18n.T(ctx, "study.chart.note"),
		Plot: document.Plot{X: document.Axis{Label: i18n.T(ctx, "study.chart.before"), Decimals: 2}, Y: document.Axis{Label: i18n.T(ctx, "study.chart.after"), Decimals: 2},
			Diagonal: true}}
	for _, s := range []document.Series{clear, flagged} {
		if len(s.Points) > 0 {
			figure.Plot.Series = append(figure.Plot.Series, s)
		}
	}
	d := &document.Document{}
	if len(figure.Plot.Series) > 0 {
		d.Add(figure)
	}
	return d
}

// points are the difficulties of an item that have a value before and after.
func points(e study.Estimate) []document.Point {
	var out []document.Point
	for i, after := range difficulties(*e.Estimated) {
		if i >= len(e.InForce.B) {
			break
		}
		p := document.Point{X: e.InForce.B[i].Float(), Y: after.value.Float(), Name: e.ID}
		if len(e.Estimated.B) > 1 {
			p.Name += " " + strconv.Itoa(i+1)
		}
		if width := intervalWidth * after.se.Float(); width > 0 {
			p.Low, p.High = p.Y-width, p.Y+width
		}
		out = append(out, p)
	}
	return out
}
