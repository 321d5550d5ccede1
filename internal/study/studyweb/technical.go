package studyweb

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/platform/document"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
	"galien/internal/study"
)

// technicalView is the technical report in a page of the site, with what has not been done yet.
type technicalView struct {
	Page   ui.Page
	Report *document.Document
	Todo   []ui.LinkProps
}

func (p *Pages) technical(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	t, err := p.Service.Technical(ctx, identity.ActorOf(ctx))
	if err != nil {
		return err
	}
	v := technicalView{Report: technicalReport(ctx, t, p.Service.Now()), Todo: todo(ctx, t)}
	v.Page = p.Page(r, v.Report.Title)
	v.Page.Lead = v.Report.Subtitle
	v.Page.Breadcrumb = crumbs(ctx)
	v.Page.Wide = true
	return web.Render(w, r, http.StatusOK, technicalPage(v))
}

func (p *Pages) technicalFile(extension string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		t, err := p.Service.Technical(ctx, identity.ActorOf(ctx))
		if err != nil {
			return err
		}
		return send(w, r, technicalReport(ctx, t, p.Service.Now()), extension)
	}
}

// todo are the studies that the report still lacks.
func todo(ctx context.Context, t study.Technical) []ui.LinkProps {
	var out []ui.LinkProps
	for _, lack := range []struct {
		done *study.Study
		kind study.Kind
		path string
	}{{t.Calibration, study.Calibration, NewPath}, {t.Analysis, study.Analysis, NewAnalysisPath}, {t.Simulation, study.Simulation, NewSimulationPath}} {
		if lack.done == nil {
			out = append(out, ui.LinkProps{Label: newTitle(ctx, lack.kind), Href: lack.path, Kind: ui.Secondary})
		}
	}
	return out
}

// technicalWriter writes the technical report.
type technicalWriter struct {
	*writer
	r study.Technical
}

// technicalReport is the technical report of the bank in service.
func technicalReport(ctx context.Context, t study.Technical, now time.Time) *document.Document {
	w := technicalWriter{newWriter(ctx, i18n.T(ctx, "study.technical.title"), t.Published.Bank.Name+" · "+t.Published.Framework.Name(), now), t}
	w.bank()
	w.information()
	w.pools()
	w.decisions()
	w.simulated()
	w.calibrated()
	w.analysed()
	w.items()
	return w.Document
}

// bank says what is in service, and how its items are spread.
func (w technicalWriter) bank() {
	p := w.r.Published
	expert, calibrated := provenance(p.Manifest)
	w.heading(w.t("study.technical.bank"))
	w.say(w.t("study.technical.purpose"))
	w.facts(w.t("study.technical.name"), p.Bank.Name, w.t("study.technical.framework"), p.Framework.Name()+" – "+typeset(p.Framework, p.Framework.Title),
		w.t("study.sim.release"), p.SHA256, w.t("study.technical.since"), i18n.DateTimeZone(w.ctx, w.r.Since),
		w.t("study.sim.algorithm"), p.Manifest.Algorithm, w.t("study.items"), w.whole(p.Bank.Len()),
		w.t("study.sim.parameters"), w.t("study.sim.parameters_text", "expert", expert, "calibrated", calibrated))
	if expert > 0 {
		w.say(w.t("study.sim.limit_expert", "expert", expert, "all", expert+calibrated))
	}
	w.spread()
}

// types are those of items, in the order of their columns.
func types() []item.Type {
	return []item.Type{item.Single, item.Multiple, item.Text, item.Order, item.Match, item.Scenario}
}

// spread counts the items of each competency by type and by the level that the author aims at.
func (w technicalWriter) spread() {
	labels := []string{w.t("study.competency"), w.t("study.items")}
	for _, kind := range types() {
		labels = append(labels, i18n.T(w.ctx, "study.type_short."+string(kind)))
	}
	for level := 1; level <= 4; level++ {
		labels = append(labels, w.t("study.technical.level_short", "level", level))
	}
	counts := map[string]int{}
	for _, it := range w.r.Published.Bank.Items() {
		for _, key := range []string{"", string(it.Type), strconv.Itoa(it.Level)} {
			counts[it.Competency+"/"+key]++
		}
	}
	table := document.Table{Caption: w.t("study.technical.spread"), Columns: columns(labels...)}
	for _, c := range w.r.Published.Framework.Competencies() {
		row := []string{competencyName(w.r.Published.Framework, c.Code), w.whole(counts[c.Code+"/"])}
		for _, kind := range types() {
			row = append(row, w.whole(counts[c.Code+"/"+string(kind)]))
		}
		for level := 1; level <= 4; level++ {
			row = append(row, w.whole(counts[fmt.Sprintf("%s/%d", c.Code, level)]))
		}
		table.Rows = append(table.Rows, row)
	}
	w.table(table)
}

// information draws what the bank and its best exam tell by ability.
func (w technicalWriter) information() {
	w.heading(w.t("study.technical.information"))
	w.say(w.t("study.technical.information_lead"))
	bank := document.Series{Label: w.t("study.technical.bank_series")}
	exam := document.Series{Label: w.t("study.technical.exam_series")}
	se := document.Series{Label: w.t("study.technical.exam_se")}
	for _, p := range w.r.Curve {
		bank.Points = append(bank.Points, document.Point{X: p.Theta, Y: p.Bank})
		if p.Exam > 0 {
			exam.Points = append(exam.Points, document.Point{X: p.Theta, Y: p.Exam})
			se.Points = append(se.Points, document.Point{X: p.Theta, Y: p.SE})
		}
	}
	errors := []document.Series{se}
	if s := w.r.Simulation; s != nil {
		errors = append(errors, simulatedErrors(w.writer, s))
	}
	ability := document.Axis{Label: w.t("study.sheet.ability"), Decimals: 1}
	w.Add(document.Figure{ID: "information-banque", Caption: w.t("study.technical.information_figure"), Plot: document.Plot{X: ability,
		Y: document.Axis{Label: w.t("study.sheet.information"), Decimals: 1}, Series: []document.Series{bank, exam}}},
		document.Figure{ID: "erreur", Caption: w.t("study.technical.error_figure"), Note: w.t("study.technical.error_note"), Plot: document.Plot{X: ability,
			Y: document.Axis{Label: w.t("study.sim.logits"), Decimals: 2, Max: ceilTenth(errors...)}, Series: errors}})
}

// simulatedErrors are the errors of the main score in a simulation, by true ability.
func simulatedErrors(w *writer, s *study.Study) document.Series {
	out := document.Series{Label: w.t("study.technical.simulated_error")}
	for _, b := range s.Outcome.Scores[0].Bands {
		if b.N > 0 {
			out.Points = append(out.Points, document.Point{X: middle(b), Y: float64(b.RMSE)})
		}
	}
	return out
}

// pools says which parts of the bank give an exam.
func (w technicalWriter) pools() {
	w.heading(w.t("study.technical.pools"))
	w.say(w.t("study.technical.pools_lead"))
	table := document.Table{Caption: w.t("study.technical.pools"), Columns: []document.Column{{Label: w.t("study.technical.pool")},
		{Label: w.t("study.items"), Numeric: true}, {Label: w.t("study.technical.feasible")}, {Label: w.t("study.technical.worst"), Numeric: true}}}
	for _, r := range w.r.Pools {
		table.Rows = append(table.Rows, []string{w.poolName(r), w.whole(r.Items), w.poolVerdict(r), w.poolWorst(r)})
	}
	w.table(table)
}

func (w technicalWriter) poolName(r measure.PoolReport) string {
	name := i18n.T(w.ctx, "study.technical.pool_"+r.Pool)
	if r.Reserve == 0 {
		return name
	}
	return w.t("study.technical.reserve", "pool", name, "share", i18n.Percent(w.ctx, r.Reserve, 0))
}

func (w technicalWriter) poolVerdict(r measure.PoolReport) string {
	if r.Feasible() {
		return w.t("study.technical.gives")
	}
	return w.t("study.technical.short_of", "constraints", w.constraints(w.r.Published.Framework, r.Binding))
}

func (w technicalWriter) poolWorst(r measure.PoolReport) string {
	if !r.Feasible() {
		return "–"
	}
	return w.number(r.Worst().SE, 2)
}
