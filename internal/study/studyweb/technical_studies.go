package studyweb

import (
	"time"

	"galien/internal/item"
	"galien/internal/platform/document"
	"galien/internal/platform/i18n"
	"galien/internal/study"
)

// decisions says how surely the exam gives the right level.
func (w technicalWriter) decisions() {
	w.heading(w.t("study.technical.decisions"))
	if !w.r.Pools[0].Feasible() {
		w.say(w.t("study.technical.no_exam"))
		return
	}
	d := w.r.Decisions
	w.say(w.t("study.technical.decisions_lead"))
	w.facts(w.t("study.sim.expected"), w.percent(d.Levels.Accuracy), w.t("study.sim.consistency"), w.percent(d.Levels.Consistency),
		w.t("study.technical.kappa"), w.number(d.Kappa, 2))
	scale := w.r.Published.Framework.Scale
	table := document.Table{Caption: w.t("study.technical.cuts"), Columns: columns(w.t("study.technical.cut"), w.t("study.sim.logits"),
		w.t("study.technical.right"), w.t("study.technical.same"))}
	for i, c := range d.Cuts {
		table.Rows = append(table.Rows, []string{scale.Levels[i+1].Title, w.number(scale.Cuts[i], 2), w.percent(c.Accuracy), w.percent(c.Consistency)})
	}
	w.table(table)
	if scale.Provisional {
		w.say(w.t("study.sim.cuts_provisional"))
	}
}

// of says which study a section rests on, and whether the bank has changed since; false when there is none.
func (w technicalWriter) of(s *study.Study) bool {
	if s == nil {
		w.say(w.t("study.technical.not_done"))
		return false
	}
	text := i18n.T(w.ctx, "study.title."+string(s.Kind), "date", i18n.DateTime(w.ctx, time.UnixMicro(s.AskedAt))) + "."
	if s.Release != w.r.Published.SHA256 {
		text += " " + w.t("study.technical.older")
	}
	w.say(text)
	return true
}

// simulated sums up the latest simulation of the whole exam.
func (w technicalWriter) simulated() {
	w.heading(w.t("study.technical.simulation"))
	if !w.of(w.r.Simulation) {
		return
	}
	o := w.r.Simulation.Outcome
	sw := simulationWriter{w.writer, study.Report{Study: *w.r.Simulation, Published: w.r.Published}, o, w.r.Published.Framework}
	w.say(sw.verdicts(o.Scores[0])...)
	w.facts(w.t("study.sim.people"), w.whole(o.Candidates), w.t("study.sim.length"), w.number(o.Length, 1),
		w.t("study.sim.most"), w.percent(o.Exposure.Max), w.t("study.sim.overlap"), w.percent(float64(o.Exposure.Overlap)),
		w.t("study.sim.never"), w.t("study.sim.of", "n", o.Exposure.NeverUsed, "all", len(o.Exposure.Items)))
}

// calibrated sums up the latest calibration.
func (w technicalWriter) calibrated() {
	w.heading(w.t("study.technical.calibration"))
	if !w.of(w.r.Calibration) {
		return
	}
	r, moved, estimated := w.r.Calibration.Result, 0, 0
	for _, e := range r.Items {
		if e.Estimated != nil {
			estimated++
		}
		if e.Has(study.Moved) {
			moved++
		}
	}
	end := convergence(w.ctx, r.Fit)
	w.say(end.Title + ". " + end.Text)
	w.facts(w.t("study.persons"), w.whole(r.Data.Persons), w.t("study.answers"), w.whole(r.Data.Answers),
		w.t("study.technical.estimated"), w.whole(estimated), w.t("study.technical.moved"), w.whole(moved))
}

// analysed sums up the latest analysis.
func (w technicalWriter) analysed() {
	w.heading(w.t("study.technical.analysis"))
	if !w.of(w.r.Analysis) {
		return
	}
	q := w.r.Analysis.Quality
	table := document.Table{Caption: w.t("study.quality.worklist_caption"), Columns: worded(w.t("study.item"), w.t("study.flags"))}
	for _, it := range q.Items {
		if !worried(it) {
			continue
		}
		table.Rows = append(table.Rows, []string{it.ID, signLabels(w.ctx, it.Flags)})
		table.Links = append(table.Links, w.link(it.Ref))
	}
	w.facts(w.t("study.persons"), w.whole(q.Data.Persons), w.t("study.answers"), w.whole(q.Data.Answers),
		w.t("study.technical.flagged"), w.whole(len(table.Rows)), w.t("study.quality.dependent"), w.whole(len(q.Dependent)))
	w.table(table)
}

// link leads to an item's sheet when the bank in service holds the version.
func (w technicalWriter) link(ref item.Ref) string {
	if it, ok := w.r.Published.Bank.Item(ref.ID); ok && it.Version == ref.Version {
		return ItemPath(ref.ID)
	}
	return ""
}

// items lists the items with their parameters in force.
func (w technicalWriter) items() {
	w.heading(w.t("study.technical.items"))
	table := document.Table{Caption: w.t("study.technical.items_caption"), Columns: worded(w.t("study.item"), w.t("study.competency"),
		w.t("study.sheet.type"), w.t("study.sheet.model"), w.t("study.a"), w.t("study.b"), w.t("study.c"), w.t("study.technical.origin"))}
	bank := w.r.Published.Bank
	for _, e := range w.r.Published.Manifest.Items {
		p, kind := e.Parameters, item.Type("")
		if it, ok := bank.Item(e.ID); ok {
			kind = it.Type
		}
		table.Rows = append(table.Rows, []string{e.ID, e.Competency, i18n.T(w.ctx, "study.type_short."+string(kind)), p.Model,
			withErrors(w.ctx, slopes(p)), withErrors(w.ctx, difficulties(p)), asymptotes(w.ctx, p, nil), i18n.T(w.ctx, "study.technical.origin_"+string(p.Provenance))})
		table.Links = append(table.Links, ItemPath(e.ID))
	}
	w.table(table)
}
