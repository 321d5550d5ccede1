package assessweb

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/identity/identityweb"
	"galien/internal/measure"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

type resultView struct {
	Page      ui.Page
	Framework *framework.Framework
	Attempt   id.ID
	Result    assess.Result
	Main      mainView
	Radar     *ui.RadarProps // nil when there are too few domains
	Bars      ui.BarsProps
	Facts     []ui.Pair
	Next      nextStep
	Answers   []answerHead
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
	v := resultView{Page: p.Page(r, i18n.T(ctx, "assess.result.title")), Framework: report.Framework, Attempt: attempt, Result: report.Result,
		Main: mainWords(ctx, report.Framework, report.Result.Main), Facts: resultFacts(ctx, report, at),
		Radar: resultRadar(ctx, report.Framework, report.Result, at), Bars: resultBars(ctx, report.Framework, report.Result, at),
		Next: stepWords(ctx, profile.Framework, profile.Next)}
	v.Page.NoIndex = true
	v.Page.Flash, v.Page.NotDone = noticeOf(ctx, r)
	if report.BeingChecked {
		v.Page.Flash = append(v.Page.Flash, ui.Notice{Tone: ui.Warning, Title: i18n.T(ctx, "assess.result.checked"), Text: i18n.T(ctx, "assess.result.checked_text")})
	}
	v.Page.Lead = scopeTitle(ctx, report.Framework, report.Result.Scope)
	for i, x := range report.Answers {
		v.Answers = append(v.Answers, headOf(ctx, i+1, x, attempt))
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
	low, high := headline(m)
	v := mainView{Measured: true, Level: s.titles(low, high), Lang: s.lang, Certainty: certainty(ctx, m, low, high), Levels: levelWords(ctx, fw),
		Value: valueWords(ctx, s, m)}
	if k := rival(m); low == high && k >= 0 {
		v.Rival = i18n.T(ctx, "assess.result.rival", "level", s.title(k), "chances", outOf100(m.Levels[k]))
	}
	return v
}

// valueWords says where the measure is on the scale, between what bounds; an end of the scale has no bounds to tell.
func valueWords(ctx context.Context, s levelScale, m assess.Measured) string {
	e, top := s.estimate(m.Code, "", m, 0), len(s.levels)
	switch {
	case e.High <= 0:
		return i18n.T(ctx, "assess.result.value_bottom", "max", top)
	case e.Low >= float64(top):
		return i18n.T(ctx, "assess.result.value_top", "max", top)
	}
	return i18n.T(ctx, "assess.result.value", "value", i18n.Number(ctx, e.Value, decimals), "max", top,
		"low", i18n.Number(ctx, e.Low, decimals), "high", i18n.Number(ctx, e.High, decimals))
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
