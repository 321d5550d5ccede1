package studyweb

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
	"galien/internal/study"
)

// Wish is a choice as it is typed, in a form or in a request of the API. It is exported because huma does not see the fields of
// an embedded type that is not.
type Wish struct {
	From     string `json:"from,omitempty" format:"date" doc:"first day of the answers; empty: from the beginning"`
	To       string `json:"to,omitempty" format:"date" doc:"last day of the answers; empty: until now"`
	Extent   string `json:"extent,omitempty" enum:"whole,domain,any" doc:"positionings on the whole framework, on one domain, or both; empty: whole"`
	Minimum  string `json:"-"`
	Models   string `json:"models,omitempty" enum:"in_force,two_pl" doc:"as in force, or 2PL for items that are right or wrong; empty: in_force"`
	Priors   string `json:"priors,omitempty" enum:"weak,none" doc:"empty: weak"`
	Anchored string `json:"-"`
}

// wished reads a form; what is absent has its usual value.
func wished(form url.Values) Wish {
	return Wish{From: form.Get("from"), To: form.Get("to"), Extent: form.Get("extent"), Minimum: form.Get("minimum"),
		Models: form.Get("models"), Priors: form.Get("priors"), Anchored: form.Get("anchored")}.completed()
}

func (w Wish) completed() Wish {
	w.Extent = cmp.Or(w.Extent, string(assess.WholeExtent))
	w.Minimum = cmp.Or(w.Minimum, strconv.Itoa(study.DefaultMinimum))
	w.Models = cmp.Or(w.Models, string(study.ModelsInForce))
	w.Priors = cmp.Or(w.Priors, string(study.WeakPriors))
	w.Anchored = cmp.Or(w.Anchored, "no")
	return w
}

// choice reads what was typed; the use case checks the rest.
func (w Wish) choice(ctx context.Context) (study.Choice, error) {
	var faults errs.Collect
	day := func(name, text string, absent int64, days int) int64 {
		if text == "" {
			return absent
		}
		t, err := time.ParseInLocation(time.DateOnly, text, i18n.Zone(ctx))
		if err != nil || t.Year() < 2000 || t.Year() > 9000 {
			faults.Add(name, "study.date_unread")
			return absent
		}
		return t.AddDate(0, 0, days).UnixMicro()
	}
	c := study.Choice{From: day("from", w.From, 0, 0), To: day("to", w.To, 1<<62, 1), Extent: assess.Extent(w.Extent), Models: study.Models(w.Models),
		Priors: study.Priors(w.Priors), Anchored: w.Anchored == "yes"}
	var err error
	if c.Minimum, err = strconv.Atoi(w.Minimum); err != nil {
		faults.Add("minimum", "study.minimum_range", "least", study.MinPersons)
	}
	return c, faults.Err()
}

// newView is the form of a calibration or an analysis.
type newView struct {
	Page   ui.Page
	Kind   study.Kind
	Wish   Wish
	Faults ui.Faults
	Count  *study.Count // nil until it is asked for
}

// calibrates reports whether the form asks how to estimate.
func (v newView) calibrates() bool { return v.Kind == study.Calibration }

// paths are where the form is, and where it is sent.
func (v newView) paths() (form, send string) {
	if v.calibrates() {
		return NewPath, ListPath
	}
	return NewAnalysisPath, AnalysesPath
}

func (p *Pages) newForm(w http.ResponseWriter, r *http.Request) error {
	return p.ask(w, r, study.Calibration)
}

func (p *Pages) newAnalysis(w http.ResponseWriter, r *http.Request) error {
	return p.ask(w, r, study.Analysis)
}

// ask shows the form, with what the choice holds when that is asked for.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request, kind study.Kind) error {
	v := newView{Kind: kind, Wish: wished(r.URL.Query())}
	if !r.URL.Query().Has("compter") {
		return p.showNew(w, r, http.StatusOK, v)
	}
	ctx := r.Context()
	c, err := v.Wish.choice(ctx)
	if err == nil {
		var n study.Count
		n, err = p.Service.Count(ctx, identity.ActorOf(ctx), c)
		v.Count = &n
	}
	return p.answerNew(w, r, v, err)
}

func (p *Pages) create(w http.ResponseWriter, r *http.Request) error {
	return p.begin(w, r, study.Calibration, p.Service.Create)
}

func (p *Pages) createAnalysis(w http.ResponseWriter, r *http.Request) error {
	return p.begin(w, r, study.Analysis, p.Service.Analyse)
}

// begin asks for the study that the form describes.
func (p *Pages) begin(w http.ResponseWriter, r *http.Request, kind study.Kind, do func(context.Context, identity.Actor, study.Choice) (id.ID, error)) error {
	ctx := r.Context()
	v := newView{Kind: kind, Wish: wished(r.PostForm)}
	c, err := v.Wish.choice(ctx)
	if err != nil {
		return p.answerNew(w, r, v, err)
	}
	s, err := do(ctx, identity.ActorOf(ctx), c)
	if err != nil {
		return p.answerNew(w, r, v, err)
	}
	return web.Redirect(w, r, Path(s))
}

// answerNew shows the form again, with its faults when there are some.
func (p *Pages) answerNew(w http.ResponseWriter, r *http.Request, v newView, err error) error {
	if errs.Is(err, errs.Invalid) {
		v.Faults, v.Count = web.Faults(r.Context(), errs.As(err)), nil
		return p.showNew(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	return p.showNew(w, r, http.StatusOK, v)
}

func (p *Pages) showNew(w http.ResponseWriter, r *http.Request, status int, v newView) error {
	ctx := r.Context()
	v.Page = p.Page(r, newTitle(ctx, v.Kind))
	v.Page.Lead = i18n.T(ctx, "study.new.lead")
	if !v.calibrates() {
		v.Page.Lead = i18n.T(ctx, "study.new_analysis.lead")
	}
	v.Page.Breadcrumb = crumbs(ctx)
	v.Page.Errors = v.Faults.Summary("from", "from", "to", "extent", "minimum", "models", "priors", "anchored")
	return web.Render(w, r, status, newPage(v))
}

// newTitle is the name of the form of a kind.
func newTitle(ctx context.Context, kind study.Kind) string {
	switch kind {
	case study.Analysis:
		return i18n.T(ctx, "study.new_analysis.title")
	case study.Simulation:
		return i18n.T(ctx, "study.new_simulation.title")
	}
	return i18n.T(ctx, "study.new.title")
}

// doLabel is the button that sends the form.
func (v newView) doLabel(ctx context.Context) string {
	if v.calibrates() {
		return i18n.T(ctx, "study.new.do")
	}
	return i18n.T(ctx, "study.new_analysis.do")
}

// minimumHint says what the minimum is for.
func (v newView) minimumHint(ctx context.Context) string {
	if v.calibrates() {
		return i18n.T(ctx, "study.minimum_hint")
	}
	return i18n.T(ctx, "study.new_analysis.minimum_hint")
}

func crumbs(ctx context.Context) []ui.Crumb {
	return []ui.Crumb{{Label: i18n.T(ctx, "study.list.title"), Href: ListPath}}
}

// options are radio buttons whose labels are sentences of the catalogue.
func options(ctx context.Context, prefix, chosen string, values ...string) []ui.Option {
	var out []ui.Option
	for _, v := range values {
		out = append(out, ui.Option{Value: v, Label: i18n.T(ctx, "study."+prefix+"."+v), Chosen: v == chosen})
	}
	return out
}

func countPairs(ctx context.Context, n study.Count, minimum string) []ui.Pair {
	whole := func(v int) string { return i18n.Number(ctx, float64(v), 0) }
	return []ui.Pair{
		{Term: i18n.T(ctx, "study.persons"), Text: whole(n.Persons)},
		{Term: i18n.T(ctx, "study.answers"), Text: whole(n.Answers)},
		{Term: i18n.T(ctx, "study.items"), Text: whole(n.Items)},
		{Term: i18n.T(ctx, "study.enough", "minimum", minimum), Text: whole(n.Enough)},
	}
}
