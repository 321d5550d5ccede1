package studyweb

import (
	"cmp"
	"slices"

	"galien/internal/item"
	"galien/internal/measure/simulation"
	"galien/internal/platform/document"
	"galien/internal/study"
)

// mostExposed is how many of the most exposed items are listed.
const mostExposed = 15

// exposure shows how the bank is used.
func (w simulationWriter) exposure() {
	e := w.o.Exposure
	w.heading(w.t("study.sim.exposure"))
	w.say(w.t("study.sim.exposure_lead"))
	pairs := []string{w.t("study.sim.most"), w.percent(e.Max), w.t("study.sim.overlap"), w.percent(float64(e.Overlap)),
		w.t("study.sim.never"), w.t("study.sim.of", "n", e.NeverUsed, "all", len(e.Items))}
	for _, q := range e.Quantiles {
		if q.P == 0.5 {
			pairs = append(pairs, w.t("study.sim.median"), w.percent(q.Rate))
		}
	}
	if w.r.Trial.Ceiling < study.MostCeiling {
		pairs = append(pairs, w.t("study.sim.relaxed"), w.t("study.sim.of", "n", w.o.Relaxed, "all", w.o.Selections))
	}
	w.facts(pairs...)
	items := slices.SortedStableFunc(slices.Values(e.Items), func(a, b simulation.ItemRate) int { return cmp.Compare(b.Rate, a.Rate) })
	w.rates(items)
	t := document.Table{Caption: w.t("study.sim.most_caption", "count", min(mostExposed, len(items))), Columns: []document.Column{{Label: w.t("study.item")},
		{Label: w.t("study.competency")}, {Label: w.t("study.sim.rate"), Numeric: true}}}
	var refs []item.Ref
	for _, it := range items[:min(mostExposed, len(items))] {
		ref := itemRef(w.r.Published.Manifest, it.ID)
		refs = append(refs, ref)
		t.Rows = append(t.Rows, []string{it.ID, w.competencyOf(it.ID), w.percent(it.Rate)})
	}
	t.Links = itemLinks(refs, w.r.Entries)
	w.table(t)
}

// rates draws the items from the most given to the least, under the ceiling.
func (w simulationWriter) rates(items []simulation.ItemRate) {
	rates := document.Series{Label: w.t("study.sim.rate"), Kind: document.Line}
	for i, it := range items {
		rates.Points = append(rates.Points, document.Point{X: float64(i + 1), Y: 100 * it.Rate, Name: it.ID})
	}
	plot := document.Plot{X: document.Axis{Label: w.t("study.sim.rank")}, Y: document.Axis{Label: w.t("study.sim.rate_axis"), Decimals: 1, Max: 100},
		Series: []document.Series{rates}}
	if c := float64(w.r.Trial.Ceiling); w.r.Trial.Ceiling < study.MostCeiling {
		plot.Series = append(plot.Series, document.Series{Label: w.t("study.sim.ceiling"), Points: []document.Point{{X: 1, Y: c}, {X: float64(len(items)), Y: c}}})
	}
	w.Add(document.Figure{ID: "exposition", Caption: w.t("study.sim.rates"), Note: w.t("study.sim.rates_note"), Plot: plot})
}

func (w simulationWriter) competencyOf(name string) string {
	for _, e := range w.r.Published.Manifest.Items {
		if e.ID == name {
			return competencyName(w.fw, e.Competency)
		}
	}
	return ""
}

// feasibility says which exams could not go on, and for what.
func (w simulationWriter) feasibility() {
	w.heading(w.t("study.sim.feasible"))
	if len(w.o.Infeasible) == 0 {
		w.say(w.t("study.sim.all_feasible"))
		return
	}
	w.say(w.t("study.sim.infeasible_lead"))
	t := document.Table{Caption: w.t("study.sim.infeasible"), Columns: columns(w.t("study.sim.constraints"), w.t("study.sim.exams"))}
	for _, x := range w.o.Infeasible {
		t.Rows = append(t.Rows, []string{w.constraints(w.fw, x.Binding), w.whole(x.Candidates)})
	}
	w.table(t)
}
