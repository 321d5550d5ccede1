package studyweb

import (
	"context"
	"math"
	"time"

	"galien/internal/framework"
	"galien/internal/item"
	"galien/internal/platform/document"
	"galien/internal/platform/i18n"
)

// writer writes a document in the words of the reader.
type writer struct {
	ctx context.Context
	*document.Document
}

func newWriter(ctx context.Context, title, subtitle string, made time.Time) *writer {
	return &writer{ctx, &document.Document{Title: title, Subtitle: subtitle, Made: made}}
}

func (w *writer) t(key string, args ...any) string { return i18n.T(w.ctx, key, args...) }

func (w *writer) heading(text string) { w.Add(document.Heading{Level: 2, Text: text}) }

func (w *writer) say(texts ...string) {
	for _, text := range texts {
		w.Add(document.Paragraph{Text: text})
	}
}

// number writes what is not known as «–».
func (w *writer) number(v float64, decimals int) string { return i18n.Number(w.ctx, v, decimals) }

func (w *writer) whole(n int) string { return w.number(float64(n), 0) }

func (w *writer) percent(share float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return "–"
	}
	return i18n.Percent(w.ctx, share, 1)
}

// optional writes a number that may not be defined.
func (w *writer) optional(v *float64, decimals int) string {
	if v == nil {
		return "–"
	}
	return w.number(*v, decimals)
}

func (w *writer) optionalPercent(v *float64) string {
	if v == nil {
		return "–"
	}
	return w.percent(*v)
}

// facts pairs names with values.
func (w *writer) facts(pairs ...string) {
	var list []document.Fact
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, document.Fact{Name: pairs[i], Value: pairs[i+1]})
	}
	w.Add(document.Facts{Facts: list})
}

// table adds a table unless it would be empty.
func (w *writer) table(t document.Table) {
	if len(t.Rows) > 0 {
		w.Add(t)
	}
}

// columns of a table: the first is of words, the others are of numbers.
func columns(labels ...string) []document.Column {
	out := make([]document.Column, len(labels))
	for i, label := range labels {
		out[i] = document.Column{Label: label, Numeric: i > 0}
	}
	return out
}

// worded columns hold words.
func worded(labels ...string) []document.Column {
	out := make([]document.Column, len(labels))
	for i, label := range labels {
		out[i] = document.Column{Label: label}
	}
	return out
}

// provenance counts the items of a release by where their parameters come from.
func provenance(m item.Manifest) (expert, calibrated int) {
	for _, e := range m.Items {
		if e.Parameters.Provenance == item.Calibrated {
			calibrated++
		} else {
			expert++
		}
	}
	return expert, calibrated
}

// itemLinks are the addresses of the sheets of items that the bank in service holds.
func itemLinks(refs []item.Ref, entries map[item.Ref]item.Entry) []string {
	out := make([]string, len(refs))
	for i, ref := range refs {
		if _, served := entries[ref]; served {
			out[i] = ItemPath(ref.ID)
		}
	}
	return out
}

// typeset gives a text of the framework its spaces and apostrophes.
func typeset(fw *framework.Framework, text string) string {
	if fw.Language == string(i18n.French) {
		return i18n.Typography(text)
	}
	return text
}

// competencyName is a competency's code and title.
func competencyName(fw *framework.Framework, code string) string {
	if c, ok := fw.Competency(code); ok {
		return code + " " + typeset(fw, c.Title)
	}
	return code
}
