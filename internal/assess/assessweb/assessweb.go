// Package assessweb is the front door of attempts: the home page, a positioning from its first question to its result,
// and where a learner stands.
package assessweb

import (
	"net/http"
	"time"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/identity/identityweb"
	"galien/internal/item"
	"galien/internal/org"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
)

// Pages are the pages of attempts.
type Pages struct {
	Service *assess.Service
	Orgs    *org.Service
	// Page gives the shell of a page: navigation, person, theme.
	Page func(r *http.Request, title string) ui.Page
	// Visit makes the caller a visitor and gives their device its token; called when nobody starts a positioning.
	Visit func(w http.ResponseWriter, r *http.Request) (identity.Actor, error)
	// Staff is the policy of what an organisation's teachers may see; {org} is in the path.
	Staff web.Policy
}

// Paths of the pages.
const (
	HomePath    = "/"
	StartPath   = "/positionnement"
	ProfilePath = "/mes-competences"
	HistoryPath = "/mes-epreuves"
	attemptRoot = "/epreuves/"
	attemptPath = attemptRoot + "{attempt}"
)

// Path is the address of an attempt: its screen, which leads to its result once it is over.
func Path(attempt id.ID) string { return attemptRoot + attempt.String() }

// ResultPath is the address of a finished attempt's result.
func ResultPath(attempt id.ID) string { return Path(attempt) + "/resultat" }

// AnswersPath is the address of a finished attempt's answers, each with its explanation.
func AnswersPath(attempt id.ID) string { return Path(attempt) + "/reponses" }

// LearnerPath is the address at which an organisation's staff reads where a learner stands.
func LearnerPath(org, person id.ID) string {
	return "/organisations/" + org.String() + "/apprenants/" + person.String()
}

const (
	ownWork      = "a person reads or writes their own work"
	sealedLedger = "the answer log is itself a sealed ledger"
)

// Routes are the entries of attempts in the route table.
func (p *Pages) Routes() []web.Route {
	own := func(pattern string, h web.Handler) web.Route {
		return web.Route{Pattern: pattern, Policy: identityweb.Known(), Audit: web.NotAudited(ownWork), Limit: web.Page(), Handler: h}
	}
	answer := func(pattern string, h web.Handler) web.Route {
		return web.Route{Pattern: pattern, Policy: identityweb.Known(), Audit: web.NotAudited(sealedLedger), Limit: web.Answer(), Handler: h}
	}
	file := web.Page()
	file.PerMinute, file.Timeout = 20, 50*time.Second // the whole of an organisation
	return append([]web.Route{
		{Pattern: "GET /{$}", Policy: web.Anyone(), Audit: web.NotAudited(ownWork), Limit: web.Page(), Handler: p.home},
		{Pattern: "GET " + StartPath, Policy: web.Anyone(), Audit: web.NotAudited("shows an empty form"), Limit: web.Page(), Handler: p.startForm},
		{Pattern: "POST " + StartPath, Policy: web.Anyone(), Audit: web.Audited("assess.start"), Limit: web.Arrival(), Handler: p.start},
		own("GET "+attemptPath, p.screen),
		answer("POST "+attemptPath+"/reponse", p.answer),
		answer("POST "+attemptPath+"/acte", p.act),
		own("GET "+attemptPath+"/arret", p.stopForm),
		{Pattern: "POST " + attemptPath + "/arret", Policy: identityweb.Known(), Audit: web.Audited("assess.finish"), Limit: web.Form(), Handler: p.stop},
		own("GET "+attemptPath+"/resultat", p.result),
		own("GET "+attemptPath+"/reponses", p.answers),
		own("GET "+attemptPath+"/image/{digest}", p.image),
		own("GET "+ProfilePath, p.profile),
		own("GET "+HistoryPath, p.history),
		{Pattern: "GET /organisations/{org}/apprenants/{person}", Policy: p.Staff, Audit: web.Audited("assess.read_learner"), Limit: web.Page(), Handler: p.learner},
		{Pattern: "GET /organisations/{org}", Policy: p.Staff, Audit: web.Audited("org.list_learners"), Limit: web.Page(), Handler: p.cohort},
		{Pattern: "GET /organisations/{org}/apprenants.csv", Policy: p.Staff, Audit: web.Audited("org.export_learners"), Limit: file, Handler: p.cohortFile},
	}, p.operations()...)
}

// attemptOf reads the attempt in the path.
func attemptOf(r *http.Request) (id.ID, error) { return pathID(r, "attempt", "assess.not_found") }

func pathID(r *http.Request, name, code string) (id.ID, error) {
	v, ok := id.Parse(r.PathValue(name))
	if !ok {
		return id.Nil, errs.New(errs.NotFound, code)
	}
	return v, nil
}

// imageURL gives the address of a picture of an attempt.
func imageURL(attempt id.ID) item.ImageURL {
	return func(i item.Image) string { return Path(attempt) + "/image/" + i.SHA256 }
}

// image serves a picture of the learner's own attempt. Authored pictures may be SVG: the policy keeps a script in one from
// running when it is opened by itself.
func (p *Pages) image(w http.ResponseWriter, r *http.Request) error {
	attempt, err := attemptOf(r)
	if err != nil {
		return err
	}
	picture, err := p.Service.Image(r.Context(), identity.ActorOf(r.Context()), attempt, r.PathValue("digest"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", picture.Media)
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	_, err = w.Write(picture.Data)
	return err
}
