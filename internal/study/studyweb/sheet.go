package studyweb

import (
	"context"
	"math"
	"net/http"
	"strings"
	"time"

	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/platform/document"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
	"galien/internal/study"
)

// sheetView is the page of an item. Its parts are documents, so that every figure has its table.
type sheetView struct {
	Page       ui.Page
	Sheet      study.Sheet
	StemHTML   string // "" when it has pictures
	Parameters *document.Document
	Curves     *document.Document
	Analysis   *document.Document // nil: no analysis saw the version, or it is hidden
}

func (p *Pages) item(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	s, err := p.Service.Item(ctx, identity.ActorOf(ctx), r.PathValue("item"))
	if err != nil {
		return err
	}
	parameters, err := parametersPart(ctx, s)
	if err != nil {
		return err
	}
	curves, err := curvesPart(ctx, s)
	if err != nil {
		return err
	}
	v := sheetView{Page: p.Page(r, i18n.T(ctx, "study.sheet.title", "item", s.Item.ID)), Sheet: s, Parameters: parameters, Curves: curves}
	v.Page.Lead = competencyName(s.Published.Framework, s.Item.Competency)
	v.Page.Breadcrumb = crumbs(ctx)
	v.Page.Wide = true
	if len(s.Item.Images()) == 0 {
		v.StemHTML = s.Item.View(0, noImage).StemHTML
	}
	if s.Quality != nil && !s.Quality.Hidden {
		v.Analysis = analysisPart(ctx, s)
	}
	return web.Render(w, r, http.StatusOK, sheetPage(v))
}

// sheetFacts are what the item is.
func sheetFacts(ctx context.Context, s study.Sheet) []ui.Pair {
	return []ui.Pair{
		{Term: i18n.T(ctx, "study.competency"), Text: competencyName(s.Published.Framework, s.Item.Competency)},
		{Term: i18n.T(ctx, "study.sheet.type"), Text: i18n.T(ctx, "study.type."+string(s.Item.Type))},
		{Term: i18n.T(ctx, "study.sheet.level"), Text: levelText(ctx, s.Item.Level)},
		{Term: i18n.T(ctx, "study.sheet.version"), Text: i18n.Number(ctx, float64(s.Item.Version), 0)},
		{Term: i18n.T(ctx, "study.sheet.seconds"), Text: i18n.T(ctx, "study.seconds", "seconds", s.Item.Seconds)},
		{Term: i18n.T(ctx, "study.accessible_item"), Text: i18n.T(ctx, "study.accessible_item_"+yesNo(s.Item.Accessible))},
	}
}

func levelText(ctx context.Context, level int) string {
	return i18n.T(ctx, "study.sheet.level_of", "level", level)
}

// keyTexts are the right answer of an item whose options are not in a table: the word, the steps in order, the rows.
func keyTexts(it *item.Item) []string {
	f := it.Feedback(item.Response{}, noImage)
	var out []string
	if f.Text != nil {
		out = append(out, f.Text.Expected)
	}
	for _, step := range f.Steps {
		out = append(out, step.Text)
	}
	for _, row := range f.Rows {
		out = append(out, row.Text+" → "+row.Category)
	}
	return out
}

// parametersPart shows the parameters in force and what was in force before.
func parametersPart(ctx context.Context, s study.Sheet) (*document.Document, error) {
	w := newWriter(ctx, "", "", time.Time{})
	p := s.Entry.Parameters
	if p.Provenance == item.Calibrated {
		w.say(w.t("study.sheet.calibrated", "count", int(p.N)))
	} else {
		w.say(w.t("study.sheet.expert"))
	}
	w.facts(w.t("study.sheet.model"), p.Model, w.t("study.a"), withErrors(ctx, slopes(p)), w.t("study.b"), withErrors(ctx, difficulties(p)),
		w.t("study.c"), asymptotes(ctx, p, nil))
	if len(s.History) == 0 {
		w.say(w.t("study.sheet.no_history"))
		return w.Document, nil
	}
	t := document.Table{Caption: w.t("study.sheet.history"), Columns: worded(w.t("study.sheet.accepted"), w.t("study.sheet.by"), w.t("study.a"), w.t("study.b"), w.t("study.c"))}
	for _, line := range s.History {
		by := line.ByName
		if by == "" {
			by = w.t("study.gone")
		}
		row := []string{i18n.DateTime(ctx, time.UnixMicro(line.At)), by, w.t("study.sheet.back"), "–", "–"}
		if q := line.Parameters; q != nil {
			row = append(row[:2], withErrors(ctx, slopes(*q)), withErrors(ctx, difficulties(*q)), asymptotes(ctx, *q, nil))
		}
		t.Rows, t.Links = append(t.Rows, row), append(t.Links, Path(line.Study))
	}
	w.table(t)
	return w.Document, nil
}

func withErrors(ctx context.Context, list []estimate) string {
	words := make([]string, len(list))
	for i, e := range list {
		words[i] = estimateText(ctx, e)
	}
	return strings.Join(words, " · ")
}

// curvesPart draws what the parameters in force say: the expected score and the information, over the abilities that people
// are supposed to have.
func curvesPart(ctx context.Context, s study.Sheet) (*document.Document, error) {
	w := newWriter(ctx, "", "", time.Time{})
	curve, err := s.Entry.Parameters.Curve(s.Item.ID)
	if err != nil {
		return nil, err
	}
	prior := s.Published.Framework.Prior
	variance := prior.General + prior.Domain + prior.Competency
	score := document.Series{Label: w.t("study.sheet.score"), Kind: document.Line}
	information := document.Series{Label: w.t("study.sheet.information"), Kind: document.Line}
	density := document.Series{Label: w.t("study.sheet.density"), Kind: document.Band}
	most := 0.0
	for theta := -4.0; theta <= 4; theta += 0.25 {
		expected := 0.0
		for k, p := range curve.Probabilities(theta, nil) {
			expected += float64(k) * p / float64(curve.Categories()-1)
		}
		info := curve.Information(theta)
		most = max(most, info)
		score.Points = append(score.Points, document.Point{X: theta, Y: expected})
		information.Points = append(information.Points, document.Point{X: theta, Y: info})
		density.Points = append(density.Points, document.Point{X: theta, High: math.Exp(-theta*theta/(2*variance)) / math.Sqrt(2*math.Pi*variance)})
	}
	ability := document.Axis{Label: w.t("study.sheet.ability"), Min: -4, Max: 4, Decimals: 2}
	w.Add(document.Figure{ID: "courbe", Caption: w.t("study.sheet.curve"), Note: w.t("study.sheet.curve_note"), Plot: document.Plot{
		X: ability, Y: document.Axis{Label: w.t("study.sheet.score_axis"), Max: 1, Decimals: 2}, Series: []document.Series{score, density}}},
		document.Figure{ID: "information", Caption: w.t("study.sheet.information_title"), Note: w.t("study.sheet.information_note"), Plot: document.Plot{
			X: ability, Y: document.Axis{Label: w.t("study.sheet.information_axis"), Max: math.Max(0.5, math.Ceil(most*5)/5), Decimals: 2},
			Series: []document.Series{information, density}}})
	return w.Document, nil
}
