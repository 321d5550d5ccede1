package assessweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/identity/identityweb"
	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

type resultView struct {
	Page      ui.Page
	Framework *framework.Framework
	Result    assess.Result
	Main      mainView
	Radar     *ui.RadarProps // nil when there are too few domains
	Bars      ui.BarsProps
	Facts     []ui.Pair
	Next      nextStep
	Answers   []answerView
	Register  string // where a visitor makes an account; "" for others
}

// mainView is the main score in words.
type mainView struct {
	Level     string
	Lang      string // of Level
	Certainty string
	Rival     string // "" when no other level is likely
	Value     string
	Measured  bool // false: no answer says anything
	Levels    []levelWord
}

// answerView is an answer with its explanation.
type answerView struct {
	Number     int
	ID         string
	Lang       string
	Type       item.Type
	Competency string
	TitlesLang string // of Competency
	State      ui.TagProps
	Right      bool // in full
	Title      string
	StemHTML   string
	Given      item.Response
	Feedback   item.Feedback
	Sent       []sentForm // in a scenario
}

func (p *Pages) result(w http.ResponseWriter, r *http.Request) error {
	attempt, err := attemptOf(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	actor := identity.ActorOf(ctx)
	report, err := p.Service.Report(ctx, actor, attempt)
	if err != nil {
		return err
	}
	profile, err := p.Service.Profile(ctx, actor)
	if err != nil {
		return err
	}
	at := finishedAt(report.Attempt)
	v := resultView{Page: p.Page(r, i18n.T(ctx, "assess.result.title")), Framework: report.Framework, Result: report.Result,
		Main: mainWords(ctx, report.Framework, report.Result.Main), Facts: resultFacts(ctx, report, at),
		Radar: resultRadar(ctx, report.Framework, report.Result, at), Bars: resultBars(ctx, report.Framework, report.Result, at),
		Next: stepWords(ctx, profile.Framework, profile.Next)}
	v.Page.NoIndex = true
	v.Page.Flash, v.Page.NotDone = noticeOf(ctx, r)
	v.Page.Lead = scopeTitle(ctx, report.Framework, report.Result.Scope)
	for i, x := range report.Answers {
		v.Answers = append(v.Answers, explained(ctx, i+1, x, report))
	}
	if actor.Visitor {
		v.Register = identityweb.RegisterPath + "?retour=" + url.QueryEscape(ResultPath(attempt))
	}
	return web.Render(w, r, http.StatusOK, resultPage(v))
}

func finishedAt(t assess.Attempt) int64 {
	if t.FinishedAt == nil {
		return t.StartedAt
	}
	return *t.FinishedAt
}

// mainWords says the main score: its level, how sure it is, and the level that is nearest to be true instead.
func mainWords(ctx context.Context, fw *framework.Framework, m assess.Measured) mainView {
	s := scaleOf(fw)
	if m.Answers == 0 || m.Level >= len(m.Levels) {
		return mainView{}
	}
	e := s.estimate(m.Code, "", m, 0)
	v := mainView{Measured: true, Level: s.title(m.Level), Lang: s.lang, Certainty: certainty(ctx, m), Levels: levelWords(ctx, fw),
		Value: i18n.T(ctx, "assess.result.value", "value", i18n.Number(ctx, e.Value, decimals), "max", len(s.titles),
			"low", i18n.Number(ctx, e.Low, decimals), "high", i18n.Number(ctx, e.High, decimals))}
	if k := rival(m); k >= 0 {
		v.Rival = i18n.T(ctx, "assess.result.rival", "level", s.title(k), "chances", outOf100(m.Levels[k]))
	}
	return v
}

func resultFacts(ctx context.Context, r assess.Report, at int64) []ui.Pair {
	return []ui.Pair{
		{Term: i18n.T(ctx, "assess.result.date"), Text: i18n.DateTimeZone(ctx, time.UnixMicro(at))},
		{Term: i18n.T(ctx, "assess.result.answers"), Text: i18n.Number(ctx, float64(r.Result.Answers), 0)},
		{Term: i18n.T(ctx, "assess.result.end"), Text: reasonWords(ctx, r.Result.Reason)},
		{Term: i18n.T(ctx, "assess.result.framework"), Content: choiceText(r.Framework.Title, r.Framework.Language)},
	}
}

func reasonWords(ctx context.Context, reason string) string {
	switch reason {
	case measure.StopMaxItems:
		return i18n.T(ctx, "assess.reason.max_items")
	case measure.StopStandardError:
		return i18n.T(ctx, "assess.reason.precise")
	case assess.ReasonChosen:
		return i18n.T(ctx, "assess.reason.chosen")
	}
	return i18n.T(ctx, "assess.reason.exhausted")
}

func explained(ctx context.Context, number int, x assess.Explained, r assess.Report) answerView {
	url := imageURL(r.Attempt.ID)
	q := x.Question(url)
	v := answerView{Number: number, ID: "reponse-" + strconv.Itoa(number), Lang: q.Lang, Type: q.Type, StemHTML: q.StemHTML,
		Given: x.Answer.Response, Feedback: x.Feedback(url), State: creditTag(ctx, x), Right: x.Answer.Category == x.Answer.Max}
	if c, ok := r.Framework.Competency(x.Item.Competency); ok {
		v.Competency, v.TitlesLang = c.Code+" "+c.Title, r.Framework.Language
	}
	if world := x.World(); world != nil {
		typeset(world)
		typesetRules(v.Lang, v.Feedback.Scenario)
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
