package studyweb

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/web"
	"galien/internal/study"
)

// trialWish is a trial as it is typed in a form.
type trialWish struct {
	Scope, Accessible, People, Mean, Ceiling, Length, Seed string
}

// scopeOfWhole is what the form sends for the whole framework.
const scopeOfWhole = "whole"

// trialWished reads a form; what is absent has its usual value, what was emptied stays empty.
func trialWished(form url.Values) trialWish {
	usual := study.DefaultTrial()
	given := func(name, absent string) string {
		if form.Has(name) {
			return strings.TrimSpace(form.Get(name))
		}
		return absent
	}
	return trialWish{Scope: given("scope", scopeOfWhole), Accessible: given("accessible", yesNo(usual.Accessible)), People: given("people", strconv.Itoa(usual.People)),
		Mean: given("mean", strconv.Itoa(usual.Mean)), Ceiling: given("ceiling", strconv.Itoa(usual.Ceiling)), Length: given("length", lengthOf(usual.Fixed)),
		Seed: given("seed", strconv.FormatInt(usual.Seed, 10))}
}

func lengthOf(fixed bool) string {
	if fixed {
		return "fixed"
	}
	return "stop"
}

// trial reads what was typed; the use case checks the rest.
func (w trialWish) trial() (study.Trial, error) {
	var faults errs.Collect
	whole := func(name, text string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			faults.Add(name, "study.whole_unread")
		}
		return n
	}
	mean, err := strconv.ParseFloat(strings.NewReplacer(",", ".", "−", "-").Replace(w.Mean), 64)
	if err != nil || math.IsNaN(mean) || math.Abs(mean) > study.FarthestMean {
		faults.Add("mean", "study.mean_range", "most", study.FarthestMean/100)
		mean = 0
	}
	if w.Accessible != "yes" && w.Accessible != "no" {
		faults.Add("accessible", "study.choose")
	}
	if w.Length != "fixed" && w.Length != "stop" {
		faults.Add("length", "study.choose")
	}
	t := study.Trial{Scope: w.Scope, Accessible: w.Accessible == "yes", People: int(whole("people", w.People)), Mean: int(math.Round(100 * mean)),
		Ceiling: int(whole("ceiling", w.Ceiling)), Fixed: w.Length == "fixed", Seed: whole("seed", w.Seed)}
	if w.Scope == scopeOfWhole {
		t.Scope = ""
	} else {
		t.Scope = cmp.Or(t.Scope, "?") // nothing chosen is no choice
	}
	return t, faults.Err()
}

type trialView struct {
	Page   ui.Page
	Wish   trialWish
	Faults ui.Faults
	Scopes []ui.Option
}

func (p *Pages) newTrial(w http.ResponseWriter, r *http.Request) error {
	return p.showTrial(w, r, http.StatusOK, trialView{Wish: trialWished(r.URL.Query())})
}

func (p *Pages) createTrial(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := trialView{Wish: trialWished(r.PostForm)}
	t, err := v.Wish.trial()
	if err == nil {
		s, asked := p.Service.Simulate(ctx, identity.ActorOf(ctx), t)
		if asked == nil {
			return web.Redirect(w, r, Path(s))
		}
		err = asked
	}
	if !errs.Is(err, errs.Invalid) {
		return err
	}
	v.Faults = web.Faults(ctx, errs.As(err))
	return p.showTrial(w, r, http.StatusUnprocessableEntity, v)
}

func (p *Pages) showTrial(w http.ResponseWriter, r *http.Request, status int, v trialView) error {
	ctx := r.Context()
	bank, err := p.Service.Bank(ctx, identity.ActorOf(ctx))
	if err != nil {
		return err
	}
	v.Scopes = scopes(ctx, bank.Framework, v.Wish.Scope)
	v.Page = p.Page(r, i18n.T(ctx, "study.new_simulation.title"))
	v.Page.Lead = i18n.T(ctx, "study.new_simulation.lead")
	v.Page.Breadcrumb = crumbs(ctx)
	v.Page.Errors = v.Faults.Summary("scope", "scope", "accessible", "people", "mean", "ceiling", "length", "seed")
	return web.Render(w, r, status, newTrialPage(v))
}

// scopes are the whole framework and its domains, to choose from.
func scopes(ctx context.Context, fw *framework.Framework, chosen string) []ui.Option {
	out := []ui.Option{{Value: scopeOfWhole, Label: scopeName(ctx, fw, ""), Chosen: chosen == scopeOfWhole}}
	for _, d := range fw.Domains {
		out = append(out, ui.Option{Value: d.Code, Label: scopeName(ctx, fw, d.Code), Chosen: chosen == d.Code})
	}
	return out
}

// trialFacts say what a simulation was asked for.
func trialFacts(ctx context.Context, r study.Report) []ui.Pair {
	t := r.Trial
	return []ui.Pair{
		{Term: i18n.T(ctx, "study.scope"), Text: scopeName(ctx, r.Published.Framework, t.Scope)},
		{Term: i18n.T(ctx, "study.accessible_title"), Text: i18n.T(ctx, "study.accessible."+yesNo(t.Accessible))},
		{Term: i18n.T(ctx, "study.sim.people"), Text: i18n.Number(ctx, float64(t.People), 0)},
		{Term: i18n.T(ctx, "study.mean"), Text: i18n.Number(ctx, float64(t.Mean)/100, 2)},
		{Term: i18n.T(ctx, "study.sim.ceiling"), Text: ceilingText(ctx, t)},
		{Term: i18n.T(ctx, "study.length_title"), Text: i18n.T(ctx, "study.length."+lengthOf(t.Fixed))},
		{Term: i18n.T(ctx, "study.sim.seed"), Text: seedText(t)},
	}
}

func ceilingText(ctx context.Context, t study.Trial) string {
	if t.Ceiling >= study.MostCeiling {
		return i18n.T(ctx, "study.sim.no_ceiling")
	}
	return i18n.Percent(ctx, float64(t.Ceiling)/100, 0)
}

// seedText is typed again as it is: without separators.
func seedText(t study.Trial) string { return strconv.FormatInt(t.Seed, 10) }
