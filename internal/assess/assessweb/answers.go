package assessweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

// openParam names the answers whose explanation is shown at once: a number, or all.
const (
	openParam = "ouvrir"
	openAll   = "tout"
)

type answersView struct {
	Page    ui.Page
	OpenAll string // address of the page with every explanation shown; "" there
	Answers []answerView
}

// answerHead is an answer as the result lists it.
type answerHead struct {
	Number     int
	ID         string // of its place on the page of the answers
	Href       string // the page of the answers, at that place, with the explanation shown
	Competency string // code
	State      ui.TagProps
}

// answerView is an answer with its explanation.
type answerView struct {
	answerHead
	Lang       string
	Type       item.Type
	Title      string
	TitlesLang string // of Competency, with its title here
	Open       bool   // its explanation is shown at once
	StemHTML   string
	Given      item.Response
	Feedback   item.Feedback
	Sent       []sentForm // in a scenario
}

// answers shows the answers of a finished attempt, each with its explanation and sources.
func (p *Pages) answers(w http.ResponseWriter, r *http.Request) error {
	attempt, err := attemptOf(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	report, err := p.Service.Report(ctx, identity.ActorOf(ctx), attempt)
	if err != nil {
		return err
	}
	v := answersView{Page: p.Page(r, i18n.T(ctx, "assess.result.corrections"))}
	v.Page.NoIndex = true
	v.Page.Lead = i18n.T(ctx, "assess.result.corrections_lead")
	v.Page.Breadcrumb = []ui.Crumb{{Label: i18n.T(ctx, "assess.result.title"), Href: ResultPath(attempt)}}
	open := r.URL.Query().Get(openParam)
	if open != openAll {
		v.OpenAll = AnswersPath(attempt) + "?" + url.Values{openParam: {openAll}}.Encode()
	}
	for i, x := range report.Answers {
		a := explained(ctx, i+1, x, report)
		a.Open = open == openAll || open == strconv.Itoa(a.Number)
		v.Answers = append(v.Answers, a)
	}
	return web.Render(w, r, http.StatusOK, answersPage(v))
}

func headOf(ctx context.Context, number int, x assess.Explained, attempt id.ID) answerHead {
	n := strconv.Itoa(number)
	h := answerHead{Number: number, ID: "reponse-" + n, Competency: x.Item.Competency, State: creditTag(ctx, x)}
	h.Href = AnswersPath(attempt) + "?" + url.Values{openParam: {n}}.Encode() + "#" + h.ID
	return h
}

func explained(ctx context.Context, number int, x assess.Explained, r assess.Report) answerView {
	url := imageURL(r.Attempt.ID)
	q := x.Question(url)
	v := answerView{answerHead: headOf(ctx, number, x, r.Attempt.ID), Lang: q.Lang, Type: q.Type, StemHTML: q.StemHTML,
		Given: x.Answer.Response, Feedback: x.Feedback(url)}
	if c, ok := r.Framework.Competency(x.Item.Competency); ok {
		v.Competency, v.TitlesLang = c.Code+" "+c.Title, r.Framework.Language
	}
	if world := x.World(); world != nil {
		typeset(world)
		typesetRules(v.Lang, v.Feedback.Scenario)
		typesetDeeds(v.Lang, v.Feedback.Deeds)
		v.Title, v.Sent = world.Title, sentForms(ctx, world)
	}
	return v
}

// creditTag says how right an answer was.
func creditTag(ctx context.Context, x assess.Explained) ui.TagProps {
	switch a := x.Answer; {
	case a.Category == a.Max:
		return ui.TagProps{Label: i18n.T(ctx, "assess.credit.right"), Tone: ui.Success}
	case a.Rule == item.RuleSkipped:
		return ui.TagProps{Label: i18n.T(ctx, "assess.credit.skipped")}
	case a.Category > 0:
		return ui.TagProps{Label: i18n.T(ctx, "assess.credit.partly"), Tone: ui.Warning}
	}
	return ui.TagProps{Label: i18n.T(ctx, "assess.credit.wrong"), Tone: ui.Bad}
}
