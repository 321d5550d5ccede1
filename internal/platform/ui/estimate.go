package ui

import (
	"context"
	"math"
	"strings"

	"github.com/a-h/templ"

	"galien/internal/platform/i18n"
)

// value writes the estimate with the scale's maximum: «3,2 sur 5».
func (s Scale) value(ctx context.Context, e Estimate) string {
	if e.None {
		return i18n.T(ctx, "ui.not_measured")
	}
	return i18n.T(ctx, "ui.value_of", "value", i18n.Number(ctx, e.Value, s.Decimals), "max", i18n.Number(ctx, s.Max, 0))
}

// interval writes the uncertainty: «entre 2,8 et 3,6».
func (s Scale) interval(ctx context.Context, e Estimate) string {
	if e.None {
		return "–"
	}
	return i18n.T(ctx, "ui.between", "low", i18n.Number(ctx, e.Low, s.Decimals), "high", i18n.Number(ctx, e.High, s.Decimals))
}

// day writes the day of the measure: «12 mars 2027», "" when there was none.
func (e Estimate) day(ctx context.Context) string {
	if e.None || e.Measured.IsZero() {
		return ""
	}
	return i18n.Date(ctx, e.Measured)
}

// commonDate is the day of all the measures of a chart, "" when they are not of one day.
func commonDate(ctx context.Context, estimates []Estimate) string {
	common := ""
	for _, e := range estimates {
		switch day := e.day(ctx); {
		case e.None:
		case day == "", common != "" && day != common:
			return ""
		default:
			common = day
		}
	}
	return common
}

// table is the twin of a chart.
func (s Scale) table(ctx context.Context, title string, estimates []Estimate) TableProps {
	t := TableProps{
		Caption: title,
		Columns: []Column{
			{Label: i18n.T(ctx, "ui.chart_what")},
			{Label: i18n.T(ctx, "ui.chart_value"), Numeric: true},
			{Label: i18n.T(ctx, "ui.chart_uncertainty")},
			{Label: i18n.T(ctx, "ui.chart_level")},
			{Label: i18n.T(ctx, "ui.chart_date")},
		},
	}
	for _, e := range estimates {
		t.Rows = append(t.Rows, []Cell{
			{Content: inLang(e.Lang, e.Label)},
			{Text: s.value(ctx, e)},
			{Text: s.interval(ctx, e)},
			{Content: inLang(e.Lang, firstOf(e.Level, "–"))},
			{Text: firstOf(e.day(ctx), "–")},
		})
	}
	return t
}

// limitText writes the limit of a level without a useless decimal.
func limitText(ctx context.Context, limit float64) string {
	if limit == math.Trunc(limit) {
		return i18n.Number(ctx, limit, 0)
	}
	return i18n.Number(ctx, limit, 1)
}

// aroundBands is the sentence «Niveaux : Base dès 0 · Autonome dès 2.» without the labels, which may be in another language:
// the text before each label, then what follows the last.
func (s Scale) aroundBands(ctx context.Context) []string {
	const label = "\x00"
	words := make([]string, len(s.Bands))
	for i, band := range s.Bands {
		words[i] = i18n.T(ctx, "ui.band", "label", label, "from", limitText(ctx, band.From))
	}
	return strings.Split(i18n.T(ctx, "ui.chart_bands", "bands", strings.Join(words, " · ")), label)
}

// langAttribute is the lang attribute of a text in another language than the page's (RGAA 8.7); none for "" or the page's own.
func langAttribute(ctx context.Context, lang string) templ.Attributes {
	if lang == "" || lang == string(i18n.From(ctx)) {
		return nil
	}
	return templ.Attributes{"lang": lang}
}
