package studyweb

import (
	"context"

	"galien/internal/item"
	"galien/internal/measure/fit"
	"galien/internal/platform/document"
	"galien/internal/study"
)

// analysisWriter writes the report of an analysis.
type analysisWriter struct {
	*writer
	r study.Report
	q *study.Quality
}

// analysisReport is the report of an analysis: what to look at, then what is known of every item.
func analysisReport(ctx context.Context, r study.Report) *document.Document {
	w := analysisWriter{newWriter(ctx, title(ctx, r.Study), r.Bank, made(r.Study)), r, r.Quality}
	w.inShort()
	w.worklist()
	w.items()
	w.pairs()
	w.heading(w.t("study.quality.limits"))
	w.say(w.t("study.quality.limit_scale"), w.t("study.quality.limit_adaptive"), w.t("study.quality.limit_small", "least", study.MinPersons))
	return w.Document
}

// inShort says how much was read, and how many items need a look.
func (w analysisWriter) inShort() {
	judged, few, flagged, hidden := 0, 0, 0, 0
	for _, q := range w.q.Items {
		switch {
		case q.Hidden:
			hidden++
		case q.N == 0:
		case has(q, fit.FewAnswers):
			few++
		default:
			judged++
			if len(q.Flags) > 0 {
				flagged++
			}
		}
	}
	w.heading(w.t("study.quality.short"))
	w.say(w.t("study.quality.found", "flagged", flagged, "judged", judged))
	if few > 0 {
		w.say(w.t("study.quality.few", "few", few, "minimum", w.r.Choice.Minimum))
	}
	mean := "–"
	if w.q.MeanQ3 != nil {
		mean = w.number(*w.q.MeanQ3, 3)
	}
	w.facts(w.t("study.persons"), w.whole(w.q.Data.Persons), w.t("study.answers"), w.whole(w.q.Data.Answers), w.t("study.items"), w.whole(w.q.Data.Items),
		w.t("study.left_out", "least", study.MinPersons), w.whole(hidden), w.t("study.quality.pairs"), w.whole(w.q.Pairs), w.t("study.quality.mean_q3"), mean,
		w.t("study.digest"), w.q.Data.SHA256, w.t("study.sim.release"), w.r.Release, w.t("study.sim.algorithm"), w.q.Algorithm)
}

func has(q study.ItemQuality, code fit.Code) bool {
	for _, s := range q.Flags {
		if s.Code == code {
			return true
		}
	}
	return false
}

// worklist has a line for each thing to look at. Items that were not judged are counted above, not listed here.
func (w analysisWriter) worklist() {
	w.heading(w.t("study.quality.worklist"))
	t := document.Table{Caption: w.t("study.quality.worklist_caption"),
		Columns: worded(w.t("study.item"), w.t("study.competency"), w.t("study.quality.seen"), w.t("study.quality.do"))}
	var refs []item.Ref
	for _, q := range w.q.Items {
		for _, s := range merged(q.Flags) {
			if s.Code == fit.FewAnswers {
				continue
			}
			refs = append(refs, q.Ref)
			t.Rows = append(t.Rows, []string{q.ID, q.Competency, signText(w.ctx, s, about(s, w.itemOf(q.Ref))), signAdvice(w.ctx, s)})
		}
	}
	if len(refs) == 0 {
		w.say(w.t("study.quality.nothing"))
		return
	}
	w.say(w.t("study.quality.worklist_lead"))
	t.Links = itemLinks(refs, w.r.Entries)
	w.table(t)
}

// itemOf is the item of the studied release in that version, nil when it holds another.
func (w analysisWriter) itemOf(ref item.Ref) *item.Item {
	it, ok := w.r.Published.Bank.Item(ref.ID)
	if !ok || it.Version != ref.Version {
		return nil
	}
	return it
}

// items has a line for each item.
func (w analysisWriter) items() {
	w.heading(w.t("study.quality.all"))
	w.say(w.t("study.quality.all_lead", "least", study.MinPersons))
	t := document.Table{Caption: w.t("study.quality.all_caption"), Columns: columns(w.t("study.item"), w.t("study.answers"), w.t("study.quality.ease"),
		w.t("study.quality.outfit"), w.t("study.quality.infit"), w.t("study.quality.p"), w.t("study.quality.rmsea"), w.t("study.quality.median"),
		w.t("study.quality.rapid"), w.t("study.flags"))}
	t.Columns[len(t.Columns)-1].Numeric = false
	var refs []item.Ref
	for _, q := range w.q.Items {
		refs = append(refs, q.Ref)
		t.Rows = append(t.Rows, w.itemRow(q))
	}
	t.Links = itemLinks(refs, w.r.Entries)
	w.table(t)
}

func (w analysisWriter) itemRow(q study.ItemQuality) []string {
	row := []string{q.ID}
	switch {
	case q.Hidden:
		return append(row, w.t("study.under", "least", study.MinPersons), "–", "–", "–", "–", "–", "–", "–", w.t("study.item_status.hidden"))
	case q.N == 0:
		return append(row, "0", "–", "–", "–", "–", "–", "–", "–", w.t("study.item_status.not_answered"))
	}
	p, rmsea, median, rapid := "–", "–", "–", "–"
	if q.Misfit != nil {
		p, rmsea = probability(w.ctx, q.Misfit.P), w.number(q.Misfit.RMSEA, 3)
	}
	if q.Time != nil {
		median, rapid = w.number(q.Time.Median, 0), w.percent(q.Time.Rapid)
	}
	return append(row, w.number(float64(q.N), 0), w.optionalPercent(q.Ease), w.optional(q.Outfit, 2), w.optional(q.Infit, 2), p, rmsea, median, rapid,
		signLabels(w.ctx, q.Flags))
}

// pairs lists the items that share more than the ability.
func (w analysisWriter) pairs() {
	w.heading(w.t("study.quality.dependent"))
	if len(w.q.Dependent) == 0 {
		w.say(w.t("study.quality.no_dependent"))
		return
	}
	w.say(w.t("study.quality.dependent_lead"))
	t := document.Table{Caption: w.t("study.quality.dependent_caption"), Columns: []document.Column{{Label: w.t("study.quality.first")}, {Label: w.t("study.quality.second")},
		{Label: w.t("study.persons"), Numeric: true}, {Label: w.t("study.quality.excess"), Numeric: true}}}
	var refs []item.Ref
	for _, d := range w.q.Dependent {
		refs = append(refs, d.First)
		t.Rows = append(t.Rows, []string{d.First.ID, d.Second.ID, w.whole(d.Persons), w.number(d.Excess, 2)})
	}
	t.Links = itemLinks(refs, w.r.Entries)
	w.table(t)
}
