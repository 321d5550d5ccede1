package studyweb

import (
	"context"
	"time"

	"galien/internal/item"
	"galien/internal/measure/fit"
	"galien/internal/platform/document"
	"galien/internal/study"
)

// analysisPart shows what the latest analysis says of an item.
func analysisPart(ctx context.Context, s study.Sheet) *document.Document {
	w := newWriter(ctx, "", "", time.Time{})
	q := s.Quality
	w.signs(s.Item, q)
	pairs := []string{w.t("study.answers"), w.number(float64(q.N), 0), w.t("study.quality.ease"), w.optionalPercent(q.Ease),
		w.t("study.quality.outfit"), w.optional(q.Outfit, 2), w.t("study.quality.infit"), w.optional(q.Infit, 2)}
	if m := q.Misfit; m != nil {
		pairs = append(pairs, w.t("study.sheet.p"), probability(ctx, m.P), w.t("study.quality.rmsea"), w.number(m.RMSEA, 3),
			w.t("study.sheet.z"), w.t("study.sheet.z_text", "z", w.number(m.Z, 1)))
	}
	if t := q.Time; t != nil {
		pairs = append(pairs, w.t("study.sheet.time"), w.t("study.sheet.time_text", "median", w.number(t.Median, 0), "lower", w.number(t.Lower, 0), "upper", w.number(t.Upper, 0)),
			w.t("study.sheet.rapid"), w.t("study.sheet.rapid_text", "share", w.percent(t.Rapid), "threshold", w.number(t.Threshold, 1)),
			w.t("study.sheet.time_ability"), w.optional(t.Correlation, 2))
	}
	w.facts(pairs...)
	w.options(s.Item, q)
	w.observed(q.Misfit)
	return w.Document
}

// signs lists what there is to look at.
func (w *writer) signs(it *item.Item, q *study.ItemQuality) {
	if len(q.Flags) == 0 {
		w.say(w.t("study.sheet.clear"))
		return
	}
	t := document.Table{Caption: w.t("study.flags"), Columns: worded(w.t("study.quality.sign"), w.t("study.quality.seen"), w.t("study.quality.do"))}
	for _, s := range merged(q.Flags) {
		t.Rows = append(t.Rows, []string{signLabel(w.ctx, s), signText(w.ctx, s, about(s, it)), signAdvice(w.ctx, s)})
	}
	w.table(t)
}

// options shows how each option was chosen, the key marked.
func (w *writer) options(it *item.Item, q *study.ItemQuality) {
	t := document.Table{Caption: w.t("study.sheet.options"), Columns: columns(w.t("study.sheet.option"), w.t("study.sheet.key"), w.t("study.sheet.share"),
		w.t("study.sheet.mean_ability"), w.t("study.sheet.link"), w.t("study.sheet.lower"), w.t("study.sheet.middle"), w.t("study.sheet.upper"))}
	t.Columns[1].Numeric = false
	for _, u := range q.Options {
		key := w.t("study.sheet.no")
		if u.Key {
			key = w.t("study.sheet.yes")
		}
		row := []string{optionText(it, u.ID), key, w.percent(u.Share), w.optional(u.Ability, 2), w.optional(u.Link, 2), "–", "–", "–"}
		if u.Thirds != nil {
			for i, share := range u.Thirds {
				row[5+i] = w.percent(share)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		return
	}
	w.table(t)
	w.say(w.t("study.sheet.options_note"))
	if q.Skipped != nil {
		w.say(w.t("study.sheet.skipped", "share", w.percent(*q.Skipped)))
	}
}

// observed draws the mean score of people of like predicted ability beside the one that the parameters expect.
func (w *writer) observed(m *study.Misfit) {
	if m == nil || len(m.Groups) == 0 {
		return
	}
	observed := document.Series{Label: w.t("study.sheet.observed"), Kind: document.Dots}
	expected := document.Series{Label: w.t("study.sheet.expected"), Kind: document.Line}
	most := 1.0
	for _, g := range m.Groups {
		name := w.t("study.sheet.group", "persons", g.Persons)
		most = max(most, g.Observed, g.Expected)
		observed.Points = append(observed.Points, document.Point{X: g.At, Y: g.Observed, Name: name})
		expected.Points = append(expected.Points, document.Point{X: g.At, Y: g.Expected, Name: name})
	}
	w.Add(document.Figure{ID: "ajustement", Caption: w.t("study.sheet.fit"), Note: w.t("study.sheet.fit_note"), Plot: document.Plot{
		X: document.Axis{Label: w.t("study.sheet.predicted"), Decimals: 2}, Y: document.Axis{Label: w.t("study.sheet.mean_score"), Max: most, Decimals: 2},
		Series: []document.Series{observed, expected}}})
}

// worried reports whether a flag asks for a look: too few answers is no fault of the item.
func worried(q study.ItemQuality) bool {
	for _, s := range q.Flags {
		if s.Code != fit.FewAnswers {
			return true
		}
	}
	return false
}
