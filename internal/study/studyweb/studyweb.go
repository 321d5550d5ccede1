// Package studyweb is the front door of studies: asking for one, following it, reading it, accepting what
// it found; and what is known of each item and of the whole bank.
package studyweb

import (
	"net/http"
	"net/url"
	"time"

	"galien/internal/identity"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
	"galien/internal/study"
)

// Pages are the studies' pages.
type Pages struct {
	Service *study.Service
	Page    func(r *http.Request, title string) ui.Page
}

// Paths of the pages.
const (
	ListPath          = "/etudes"
	NewPath           = ListPath + "/nouvelle"
	NewAnalysisPath   = ListPath + "/nouvelle-analyse"
	AnalysesPath      = ListPath + "/analyses"
	NewSimulationPath = ListPath + "/nouvelle-simulation"
	SimulationsPath   = ListPath + "/simulations"
	TechnicalPath     = ListPath + "/rapport-technique"
)

// Path is the address of a study.
func Path(study id.ID) string { return ListPath + "/" + study.String() }

// ItemPath is the address of the sheet of an item.
func ItemPath(item string) string { return ListPath + "/questions/" + url.PathEscape(item) + "/fiche" }

// aggregate is why reading a study leaves no event.
const aggregate = "items and their statistics, of 11 persons at least: nobody's data"

// Routes are the studies' entries in the route table.
func (p *Pages) Routes() []web.Route {
	count := web.Page() // it may read all the answers there are
	count.PerMinute, count.Timeout = 20, 50*time.Second
	few := web.Form()
	few.PerMinute = 20
	accept := web.Form() // a box for each item of a bank
	accept.Body = 1 << 20
	route := func(pattern string, audit web.Audit, limit web.Limit, h web.Handler) web.Route {
		return web.Route{Pattern: pattern, Policy: p.policy(), Audit: audit, Limit: limit, Handler: h}
	}
	file := web.Page() // drawn and laid out when it is asked for
	file.PerMinute, file.Timeout = 60, 30*time.Second
	return append([]web.Route{
		route("GET "+ListPath, web.NotAudited(aggregate), web.Page(), p.list),
		route("GET "+NewPath, web.NotAudited(aggregate), count, p.newForm),
		route("POST "+ListPath, web.Audited("study.create"), few, p.create),
		route("GET "+ListPath+"/{study}", web.NotAudited(aggregate), web.Page(), p.show),
		route("GET "+ListPath+"/{study}/items.csv", web.NotAudited(aggregate), web.Page(), p.file),
		route("GET "+NewAnalysisPath, web.NotAudited(aggregate), count, p.newAnalysis),
		route("POST "+AnalysesPath, web.Audited("study.create"), few, p.createAnalysis),
		route("GET "+NewSimulationPath, web.NotAudited(aggregate), web.Page(), p.newTrial),
		route("POST "+SimulationsPath, web.Audited("study.create"), few, p.createTrial),
		route("GET "+ListPath+"/{study}/rapport.html", web.NotAudited(aggregate), file, p.reportFile("html")),
		route("GET "+ListPath+"/{study}/rapport.pdf", web.NotAudited(aggregate), file, p.reportFile("pdf")),
		route("GET "+ListPath+"/questions/{item}/fiche", web.Audited("item.view_key"), web.Page(), p.item),
		route("GET "+TechnicalPath, web.NotAudited(aggregate), file, p.technical),
		route("GET "+TechnicalPath+".html", web.NotAudited(aggregate), file, p.technicalFile("html")),
		route("GET "+TechnicalPath+".pdf", web.NotAudited(aggregate), file, p.technicalFile("pdf")),
		route("POST "+ListPath+"/{study}/annulation", web.Audited("study.cancel"), web.Form(), p.cancel),
		route("POST "+ListPath+"/{study}/acceptation", web.Audited("item.accept"), accept, p.accept),
		route("POST "+ListPath+"/{study}/retour", web.Audited("item.accept"), accept, p.takeBack),
	}, p.operations()...)
}

// policy lets psychometricians in.
func (p *Pages) policy() web.Policy {
	return web.Policy{Name: "psychometrician", Allow: func(r *http.Request) error {
		return p.Service.Require(r.Context(), identity.ActorOf(r.Context()))
	}}
}

// named is the study that a path names.
func named(text string) (id.ID, error) {
	s, ok := id.Parse(text)
	if !ok {
		return id.Nil, errs.New(errs.NotFound, "study.not_found")
	}
	return s, nil
}
