package assessweb

import (
	"context"
	"net/http"
	"slices"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

type profileView struct {
	Page        ui.Page
	Next        nextStep
	Own         bool // the reader's own: with links to attempts and a next step
	Words       sheet
	Radar       *ui.RadarProps
	Bars        ui.BarsProps
	Whole       mainView
	Provisional bool // the whole's measure is
	History     ui.TableProps
	Empty       bool          // nothing is measured yet
	None        ui.EmptyProps // says so
	Begun       bool          // there is at least one attempt
}

func (p *Pages) profile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	profile, err := p.Service.Profile(ctx, identity.ActorOf(ctx))
	if err != nil {
		return err
	}
	v := profileViewOf(r, profile, true)
	v.Page = p.Page(r, i18n.T(ctx, "assess.profile.title"))
	v.Page.Lead = i18n.T(ctx, "assess.profile.lead")
	return web.Render(w, r, http.StatusOK, profilePage(v))
}

// learner shows staff where one of their learners stands; the reading is recorded by the use case.
func (p *Pages) learner(w http.ResponseWriter, r *http.Request) error {
	organisation, err := pathID(r, "org", "org.not_found")
	if err != nil {
		return err
	}
	person, err := pathID(r, "person", "org.learner_not_found")
	if err != nil {
		return err
	}
	ctx := r.Context()
	member, profile, err := p.Service.LearnerProfile(ctx, identity.ActorOf(ctx), organisation, person)
	if err != nil {
		return err
	}
	v := profileViewOf(r, profile, false)
	v.Page = p.Page(r, i18n.T(ctx, "assess.learner.title", "name", member.Name))
	v.Page.Lead = i18n.T(ctx, "assess.learner.lead")
	v.Page.Breadcrumb = []ui.Crumb{{Label: i18n.T(ctx, "assess.learner.back"), Href: "/organisations/" + organisation.String()}}
	v.Page.NoIndex = true
	return web.Render(w, r, http.StatusOK, profilePage(v))
}

func profileViewOf(r *http.Request, profile assess.Profile, own bool) profileView {
	ctx := r.Context()
	w := sheetWords(ctx, own)
	v := profileView{Own: own, Words: w, Next: stepWords(ctx, profile.Framework, profile.Next), Radar: domainRadar(w.domains, profile),
		Bars: competencyBars(w.competencies, profile), History: historyTable(ctx, profile.Framework, profile.History, own),
		Empty: len(profile.Competencies) == 0, None: w.none, Begun: len(profile.History) > 0}
	if !own && !v.Begun {
		v.None = ui.EmptyProps{Title: i18n.T(ctx, "assess.learner.not_begun"), Text: i18n.T(ctx, "assess.learner.none_text")}
	}
	if profile.Whole != nil {
		v.Whole = mainWords(ctx, profile.Framework, profile.Whole.Measured)
		v.Provisional = slices.ContainsFunc(profile.History, func(h assess.Summary) bool {
			return h.Attempt.ID == profile.Whole.Attempt && h.Result.Provisional
		})
	}
	return v
}

// sheet is what the parts of a profile are called.
type sheet struct {
	level, domains, competencies, history string
	none                                  ui.EmptyProps // nothing is measured
}

// sheetWords speaks to the learner, or of the learner to someone else.
func sheetWords(ctx context.Context, own bool) sheet {
	if own {
		return sheet{i18n.T(ctx, "assess.result.level"), i18n.T(ctx, "assess.chart.domains"), i18n.T(ctx, "assess.chart.competencies"),
			i18n.T(ctx, "assess.history.title"), ui.EmptyProps{Title: i18n.T(ctx, "assess.profile.none"), Text: i18n.T(ctx, "assess.profile.none_text")}}
	}
	return sheet{i18n.T(ctx, "assess.learner.level"), i18n.T(ctx, "assess.learner.domains"), i18n.T(ctx, "assess.learner.competencies"),
		i18n.T(ctx, "assess.learner.history"), ui.EmptyProps{Title: i18n.T(ctx, "assess.profile.none"), Text: i18n.T(ctx, "assess.learner.none_text")}}
}

type historyView struct {
	Page    ui.Page
	History ui.TableProps
}

func (p *Pages) history(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	profile, err := p.Service.Profile(ctx, identity.ActorOf(ctx))
	if err != nil {
		return err
	}
	v := historyView{Page: p.Page(r, i18n.T(ctx, "assess.history.title")), History: historyTable(ctx, profile.Framework, profile.History, true)}
	v.Page.Lead = i18n.T(ctx, "assess.history.lead")
	return web.Render(w, r, http.StatusOK, historyPage(v))
}
