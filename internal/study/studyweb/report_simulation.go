package studyweb

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"galien/internal/framework"
	"galien/internal/item"
	"galien/internal/measure/simulation"
	"galien/internal/platform/document"
	"galien/internal/study"
)

// simulationWriter writes the report of a simulation.
type simulationWriter struct {
	*writer
	r  study.Report
	o  *simulation.Report
	fw *framework.Framework
}

// simulationReport is the report of a simulation.
func simulationReport(ctx context.Context, r study.Report) *document.Document {
	fw := r.Published.Framework
	w := simulationWriter{newWriter(ctx, title(ctx, r.Study), r.Bank+" · "+scopeName(ctx, fw, r.Trial.Scope), made(r.Study)), r, r.Outcome, fw}
	w.inShort()
	w.precision()
	w.levels()
	w.exposure()
	w.feasibility()
	w.limits()
	return w.Document
}

// inShort says what was simulated, what came out and whether it is good.
func (w simulationWriter) inShort() {
	whole := w.o.Scores[0]
	w.heading(w.t("study.sim.short"))
	w.say(w.t("study.sim.what", "people", w.o.Candidates, "scope", scopeName(w.ctx, w.fw, w.r.Trial.Scope), "items", w.number(w.o.Length, 1),
		"minutes", w.number(w.o.MeanSeconds/60, 0)))
	w.say(w.verdicts(whole)...)
	expert, calibrated := provenance(w.r.Published.Manifest)
	pairs := []string{
		w.t("study.sim.people"), w.whole(w.o.Candidates),
		w.t("study.sim.bank_items"), w.whole(len(w.o.Exposure.Items)),
		w.t("study.sim.length"), w.number(w.o.Length, 1),
		w.t("study.sim.time"), w.t("study.sim.time_text", "mean", w.number(w.o.MeanSeconds/60, 0), "longest", w.number(float64(w.o.MaxSeconds)/60, 0)),
	}
	for _, s := range w.o.Stopped {
		switch s.Reason {
		case "standard_error":
			pairs = append(pairs, w.t("study.sim.stopped_precise"), w.share(s.Candidates))
		case "max_items":
			pairs = append(pairs, w.t("study.sim.stopped_long"), w.share(s.Candidates))
		}
	}
	for _, asked := range trialFacts(w.ctx, w.r) {
		if asked.Term != w.t("study.sim.people") {
			pairs = append(pairs, asked.Term, asked.Text)
		}
	}
	pairs = append(pairs,
		w.t("study.sim.parameters"), w.t("study.sim.parameters_text", "expert", expert, "calibrated", calibrated),
		w.t("study.sim.release"), w.r.Release, w.t("study.sim.algorithm"), w.r.Published.Manifest.Algorithm)
	w.facts(pairs...)
}

// share writes a number of candidates and what part of all they are.
func (w simulationWriter) share(n int) string {
	return w.t("study.sim.share", "n", w.whole(n), "share", w.percent(float64(n)/float64(w.o.Candidates)))
}

// verdicts say in sentences whether the main score is precise, whether its stated uncertainty holds, and how levels fare.
func (w simulationWriter) verdicts(whole simulation.Precision) []string {
	rmse := float64(whole.RMSE)
	out := []string{w.t("study.sim.error", "rmse", w.number(rmse, 2), "correlation", w.number(float64(whole.Correlation), 2))}
	if step := narrowest(w.fw.Scale.Cuts); step > 0 {
		key := "study.sim.fine"
		if 2*rmse > step {
			key = "study.sim.coarse"
		}
		out[0] += " " + w.t(key, "step", w.number(step, 2))
	}
	out = append(out, w.coverage(whole))
	if l := w.o.Levels; l != nil {
		out = append(out, w.t("study.sim.levels_short", "accuracy", w.percent(l.Accuracy), "near", w.percent(near(l.Confusion)), "consistency", w.percent(l.Consistency)))
	}
	return out
}

// near is the share of people who are given their true level or a neighbour of it.
func near(confusion [][]int) float64 {
	nearby, all := 0, 0
	for i, row := range confusion {
		for j, n := range row {
			all += n
			if max(i-j, j-i) <= 1 {
				nearby += n
			}
		}
	}
	return float64(nearby) / float64(all)
}

// narrowest is the distance between the two nearest cuts, 0 when there are not two.
func narrowest(cuts []float64) float64 {
	least := math.Inf(1)
	for i := 1; i < len(cuts); i++ {
		least = min(least, cuts[i]-cuts[i-1])
	}
	if math.IsInf(least, 1) {
		return 0
	}
	return least
}

// coverage compares the share of intervals that hold the truth with the 95 % that they promise, give or take what the number
// of people leaves to chance.
func (w simulationWriter) coverage(p simulation.Precision) string {
	got, chance := float64(p.Coverage), intervalWidth*math.Sqrt(0.95*0.05/float64(max(1, p.N)))
	key := "study.sim.coverage.honest"
	switch off := got - 0.95; {
	case off < -max(chance, 0.01):
		key = "study.sim.coverage.bold"
	case off > max(chance, 0.01):
		key = "study.sim.coverage.shy"
	}
	return w.t("study.sim.coverage_text", "coverage", w.percent(got)) + " " + w.t(key)
}

// precision shows each score, then the main one by ability and by length.
func (w simulationWriter) precision() {
	w.heading(w.t("study.sim.precision"))
	w.say(w.t("study.sim.precision_lead"))
	t := document.Table{Caption: w.t("study.sim.precision_caption"), Columns: columns(w.t("study.sim.score"), w.t("study.sim.bias"), w.t("study.sim.rmse"),
		w.t("study.sim.se"), w.t("study.sim.coverage_title"), w.t("study.sim.correlation"))}
	for _, p := range w.ordered() {
		t.Rows = append(t.Rows, []string{w.scoreName(p.Name), w.number(float64(p.Bias), 3), w.number(float64(p.RMSE), 2), w.number(float64(p.MeanSE), 2),
			w.percent(float64(p.Coverage)), w.number(float64(p.Correlation), 2)})
	}
	w.table(t)
	w.byAbility()
	if len(w.o.After) > 1 {
		w.byLength()
	}
}

// ordered are the scores: the main one, the domains, then the competencies.
func (w simulationWriter) ordered() []simulation.Precision {
	rank := func(p simulation.Precision) int {
		switch {
		case p.Name == w.o.Scores[0].Name:
			return 0
		case strings.HasPrefix(p.Name, "domain "):
			return 1
		}
		return 2
	}
	return slices.SortedStableFunc(slices.Values(w.o.Scores), func(a, b simulation.Precision) int { return cmp.Compare(rank(a), rank(b)) })
}

func (w simulationWriter) byAbility() {
	rmse := document.Series{Label: w.t("study.sim.rmse"), Kind: document.Line}
	se := document.Series{Label: w.t("study.sim.se"), Kind: document.Line}
	for _, b := range w.o.Scores[0].Bands {
		if b.N == 0 {
			continue
		}
		at, name := middle(b), w.t("study.sim.band_people", "band", w.band(b), "people", b.N)
		rmse.Points = append(rmse.Points, document.Point{X: at, Y: float64(b.RMSE), Name: name})
		se.Points = append(se.Points, document.Point{X: at, Y: float64(b.MeanSE), Name: name})
	}
	w.Add(document.Figure{ID: "precision-capacite", Caption: w.t("study.sim.by_ability"), Note: w.t("study.sim.by_ability_note"), Plot: document.Plot{
		X: document.Axis{Label: w.t("study.sim.true_score"), Decimals: 1}, Y: document.Axis{Label: w.t("study.sim.logits"), Decimals: 2, Max: ceilTenth(rmse, se)},
		Series: []document.Series{rmse, se}}})
}

func (w simulationWriter) byLength() {
	rmse := document.Series{Label: w.t("study.sim.rmse"), Kind: document.Line}
	se := document.Series{Label: w.t("study.sim.se"), Kind: document.Line}
	for _, p := range w.o.After {
		name := w.t("study.sim.after_people", "people", p.N)
		rmse.Points = append(rmse.Points, document.Point{X: float64(p.Items), Y: float64(p.RMSE), Name: name})
		se.Points = append(se.Points, document.Point{X: float64(p.Items), Y: float64(p.MeanSE), Name: name})
	}
	w.Add(document.Figure{ID: "precision-longueur", Caption: w.t("study.sim.by_length"), Note: w.t("study.sim.by_length_note"), Plot: document.Plot{
		X: document.Axis{Label: w.t("study.sim.items_given")}, Y: document.Axis{Label: w.t("study.sim.logits"), Decimals: 2, Max: ceilTenth(rmse, se)},
		Series: []document.Series{rmse, se}}})
}

// ceilTenth is the next tenth above all values, so that an axis may begin at zero.
func ceilTenth(all ...document.Series) float64 {
	most := 0.1
	for _, s := range all {
		for _, p := range s.Points {
			if !math.IsNaN(p.Y) {
				most = max(most, p.Y)
			}
		}
	}
	return math.Ceil(most*10) / 10
}

// band names a range of ability. An end that is not a number is open.
func (w simulationWriter) band(b simulation.Range) string {
	from, to := float64(b.From), float64(b.To)
	switch {
	case !finite(from):
		return w.t("study.sim.band.under", "to", w.number(to, 1))
	case !finite(to):
		return w.t("study.sim.band.over", "from", w.number(from, 1))
	}
	return w.t("study.sim.band.between", "from", w.number(from, 1), "to", w.number(to, 1))
}

// middle is where a range stands on an axis; one that is open stands half a logit beyond its end.
func middle(b simulation.Range) float64 {
	from, to := float64(b.From), float64(b.To)
	switch {
	case !finite(from):
		return to - 0.5
	case !finite(to):
		return from + 0.5
	}
	return (from + to) / 2
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// levels shows which level people are given, by the one they have.
func (w simulationWriter) levels() {
	l := w.o.Levels
	if l == nil {
		return
	}
	w.heading(w.t("study.sim.levels"))
	w.say(w.t("study.sim.levels_lead"))
	w.facts(w.t("study.sim.accuracy"), w.percent(l.Accuracy), w.t("study.sim.expected"), w.percent(l.ExpectedAccuracy), w.t("study.sim.consistency"), w.percent(l.Consistency))
	labels := []string{w.t("study.sim.true_level")}
	for _, level := range w.fw.Scale.Levels {
		labels = append(labels, level.Title)
	}
	t := document.Table{Caption: w.t("study.sim.confusion"), Columns: columns(labels...)}
	for k, row := range l.Confusion {
		cells := []string{w.fw.Scale.Levels[k].Title}
		for _, n := range row {
			cells = append(cells, w.whole(n))
		}
		t.Rows = append(t.Rows, cells)
	}
	w.table(t)
	if w.fw.Scale.Provisional {
		w.say(w.t("study.sim.cuts_provisional"))
	}
}

// limits says what the simulation does not know.
func (w simulationWriter) limits() {
	expert, calibrated := provenance(w.r.Published.Manifest)
	w.heading(w.t("study.sim.limits"))
	w.say(w.t("study.sim.limit_truth"))
	if expert > 0 {
		w.say(w.t("study.sim.limit_expert", "expert", expert, "all", expert+calibrated))
	}
	w.say(w.t("study.sim.limit_rules"))
}

// scoreName names a score of the report.
func (w simulationWriter) scoreName(name string) string {
	if name == "whole" {
		return w.t("study.sim.whole")
	}
	if code, isDomain := strings.CutPrefix(name, "domain "); isDomain {
		return scopeName(w.ctx, w.fw, code)
	}
	return competencyName(w.fw, name)
}

// itemRef is the item of the release that a simulation names.
func itemRef(m item.Manifest, name string) item.Ref {
	for _, e := range m.Items {
		if e.ID == name {
			return item.Ref{ID: e.ID, Version: e.Version}
		}
	}
	return item.Ref{ID: name}
}
