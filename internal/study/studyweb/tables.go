package studyweb

import (
	"context"
	"strings"
	"time"

	"galien/internal/item"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/study"
)

// listTable has a line for each study; its date leads to it.
func listTable(ctx context.Context, all []study.Study) ui.TableProps {
	t := ui.TableProps{ID: "etudes", Caption: i18n.T(ctx, "study.list.caption"), HideTitle: true,
		Columns: []ui.Column{{Label: i18n.T(ctx, "study.asked")}, {Label: i18n.T(ctx, "study.kind_title")}, {Label: i18n.T(ctx, "study.about")},
			{Label: i18n.T(ctx, "study.state_title")}},
		Empty: ui.EmptyProps{Title: i18n.T(ctx, "study.list.none"), Text: i18n.T(ctx, "study.list.none_text"),
			Action: ui.LinkProps{Label: i18n.T(ctx, "study.new.title"), Href: NewPath}}}
	for _, s := range all {
		t.Rows = append(t.Rows, []ui.Cell{{Text: i18n.DateTime(ctx, time.UnixMicro(s.AskedAt)), Href: Path(s.ID)},
			{Text: i18n.T(ctx, "study.kind."+string(s.Kind))}, {Text: aboutText(ctx, s)}, {Content: ui.Tag(statusTag(ctx, s.Status))}})
	}
	return t
}

// aboutText says in a line what a study works on.
func aboutText(ctx context.Context, s study.Study) string {
	if s.Kind == study.Simulation {
		key := "study.about_whole"
		if s.Trial.Scope != "" {
			key = "study.about_domain"
		}
		return i18n.T(ctx, key, "people", s.Trial.People, "domain", s.Trial.Scope)
	}
	return i18n.T(ctx, "study.extent."+string(s.Choice.Extent)) + ", " + period(ctx, s.Choice)
}

func statusTag(ctx context.Context, s study.Status) ui.TagProps {
	tones := map[study.Status]ui.Tone{study.Running: ui.Info, study.Done: ui.Success, study.Failed: ui.Bad}
	return ui.TagProps{Label: i18n.T(ctx, "study.status."+string(s)), Tone: tones[s]}
}

// period says the first and the last day of the answers.
func period(ctx context.Context, c study.Choice) string {
	last := i18n.Date(ctx, time.UnixMicro(c.To-1))
	if c.From == 0 {
		return i18n.T(ctx, "study.period.until", "to", last)
	}
	return i18n.T(ctx, "study.period.both", "from", i18n.Date(ctx, time.UnixMicro(c.From)), "to", last)
}

// asked are the facts of what was asked for.
func asked(ctx context.Context, r study.Report) []ui.Pair {
	by := r.AskedBy
	if by == "" {
		by = i18n.T(ctx, "study.gone")
	}
	pairs := []ui.Pair{
		{Term: i18n.T(ctx, "study.state_title"), Content: ui.Tag(statusTag(ctx, r.Status))},
		{Term: i18n.T(ctx, "study.by"), Text: by},
		{Term: i18n.T(ctx, "study.bank"), Text: r.Bank + " " + r.Release[:12]},
	}
	switch {
	case r.Outcome != nil: // its report says it
		return pairs
	case r.Kind == study.Simulation:
		return append(pairs, trialFacts(ctx, r)...)
	}
	c := r.Choice
	pairs = append(pairs, ui.Pair{Term: i18n.T(ctx, "study.period_title"), Text: period(ctx, c)},
		ui.Pair{Term: i18n.T(ctx, "study.extent_title"), Text: i18n.T(ctx, "study.extent."+string(c.Extent))},
		ui.Pair{Term: i18n.T(ctx, "study.minimum"), Text: i18n.Number(ctx, float64(c.Minimum), 0)})
	if r.Kind == study.Analysis {
		return pairs
	}
	return append(pairs, []ui.Pair{
		{Term: i18n.T(ctx, "study.models_title"), Text: i18n.T(ctx, "study.models."+string(c.Models))},
		{Term: i18n.T(ctx, "study.priors_title"), Text: i18n.T(ctx, "study.priors."+string(c.Priors))},
		{Term: i18n.T(ctx, "study.anchored_title"), Text: i18n.T(ctx, "study.anchored."+yesNo(c.Anchored))},
	}...)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// found are the facts of what came out.
func found(ctx context.Context, r *study.Result) []ui.Pair {
	whole := func(n int) string { return i18n.Number(ctx, float64(n), 0) }
	pairs := []ui.Pair{
		{Term: i18n.T(ctx, "study.persons"), Text: whole(r.Data.Persons)},
		{Term: i18n.T(ctx, "study.answers"), Text: whole(r.Data.Answers)},
		{Term: i18n.T(ctx, "study.items"), Text: whole(r.Data.Items)},
		{Term: i18n.T(ctx, "study.left_out", "least", study.MinPersons), Text: whole(r.Data.LeftOut)},
		{Term: i18n.T(ctx, "study.loglik"), Text: i18n.Number(ctx, r.Fit.LogLikelihood, 2)},
		{Term: i18n.T(ctx, "study.parameters"), Text: whole(r.Fit.Parameters)},
		{Term: i18n.T(ctx, "study.iterations"), Text: whole(r.Fit.Iterations)},
		{Term: i18n.T(ctx, "study.method_title"), Text: i18n.T(ctx, "study.method.text", "nodes", r.Method.Nodes, "range", r.Method.Range, "algorithm", r.Method.Algorithm)},
		{Term: i18n.T(ctx, "study.errors_title"), Text: i18n.T(ctx, "study.errors."+errorsCode(r.Method.Errors))},
		{Term: i18n.T(ctx, "study.population_title"), Text: populationText(ctx, r.Population)},
		{Term: i18n.T(ctx, "study.digest"), Content: digest(r.Data.SHA256)},
	}
	return pairs
}

func errorsCode(method string) string {
	switch method {
	case "observed information":
		return "observed"
	case "cross-products by item":
		return "products"
	}
	return "none"
}

func populationText(ctx context.Context, p study.Population) string {
	if !p.Estimated {
		return i18n.T(ctx, "study.population.fixed")
	}
	return i18n.T(ctx, "study.population.estimated", "mean", i18n.Number(ctx, p.Mean, 2), "sd", i18n.Number(ctx, p.SD, 2))
}

// itemTable has a line for each item: what is in force, what was found, what to think of it, and a box to choose it.
func itemTable(ctx context.Context, v studyView) ui.TableProps {
	t := ui.TableProps{ID: "items", Caption: i18n.T(ctx, "study.table.caption"),
		Columns: []ui.Column{{Label: i18n.T(ctx, "study.item")}, {Label: i18n.T(ctx, "study.answers"), Numeric: true}, {Label: i18n.T(ctx, "study.a")},
			{Label: i18n.T(ctx, "study.b")}, {Label: i18n.T(ctx, "study.c")}, {Label: i18n.T(ctx, "study.flags")}, {Label: i18n.T(ctx, "study.in_force")},
			{Label: i18n.T(ctx, "study.choose")}}}
	for _, e := range v.Report.Result.Items {
		before, after := e.InForce, e.Estimated
		t.Rows = append(t.Rows, []ui.Cell{{Content: itemName(e, served(v.Report, e.Ref))}, {Text: countText(ctx, e)},
			{Text: change(ctx, []item.Millionth{before.A}, estimatesOf(after, slopes))}, {Text: change(ctx, before.B, estimatesOf(after, difficulties))},
			{Text: asymptotes(ctx, before, after)}, {Content: flagTags(flagsOf(ctx, e))}, {Text: stateText(ctx, v.Report, e)},
			{Content: chooser(e, selectable(v.Report, e), v.Chosen[e.Ref])}})
	}
	return t
}

// served reports whether the bank in service holds the item in that version.
func served(r study.Report, ref item.Ref) bool {
	_, ok := r.Entries[ref]
	return ok
}

// selectable reports whether something can be done with the item: accept its estimate, or take it back.
func selectable(r study.Report, e study.Estimate) bool {
	return served(r, e.Ref) && (e.Acceptable() && r.Result.Fit.Converged || fromStudy(r, e.Ref))
}

func countText(ctx context.Context, e study.Estimate) string {
	if e.Status == study.Hidden {
		return i18n.T(ctx, "study.under", "least", study.MinPersons)
	}
	return i18n.Number(ctx, float64(e.N), 0)
}

// estimate is a number with its standard error, 0 when there is none.
type estimate struct{ value, se item.Millionth }

func slopes(p item.Parameters) []estimate {
	if p.SE == nil {
		return []estimate{{value: p.A}}
	}
	return []estimate{{p.A, p.SE.A}}
}

func difficulties(p item.Parameters) []estimate {
	out := make([]estimate, len(p.B))
	for i, b := range p.B {
		out[i].value = b
		if p.SE != nil && i < len(p.SE.B) {
			out[i].se = p.SE.B[i]
		}
	}
	return out
}

func estimatesOf(p *item.Parameters, read func(item.Parameters) []estimate) []estimate {
	if p == nil {
		return nil
	}
	return read(*p)
}

// change writes «1,00 → 1,24 ± 0,11», each step of an item with partial credit on its own: what is not estimated stays alone.
func change(ctx context.Context, before []item.Millionth, after []estimate) string {
	parts := make([]string, len(before))
	for i, b := range before {
		parts[i] = i18n.Number(ctx, b.Float(), 2)
		if i < len(after) {
			parts[i] = i18n.T(ctx, "study.change", "before", parts[i], "after", estimateText(ctx, after[i]))
		}
	}
	return strings.Join(parts, " · ")
}

func estimateText(ctx context.Context, e estimate) string {
	value := i18n.Number(ctx, e.value.Float(), 2)
	if e.se == 0 {
		return value
	}
	return i18n.T(ctx, "study.with_error", "value", value, "error", i18n.Number(ctx, e.se.Float(), 2))
}

func asymptotes(ctx context.Context, before item.Parameters, after *item.Parameters) string {
	if before.C == 0 && (after == nil || after.C == 0) {
		return "–"
	}
	return change(ctx, []item.Millionth{before.C}, estimatesOf(after, func(p item.Parameters) []estimate {
		if p.SE == nil {
			return []estimate{{value: p.C}}
		}
		return []estimate{{p.C, p.SE.C}}
	}))
}

// flagsOf are the warnings of an item, and why it has no estimate.
func flagsOf(ctx context.Context, e study.Estimate) []ui.TagProps {
	var tags []ui.TagProps
	if e.Status != study.Calibrated {
		tags = append(tags, ui.TagProps{Label: i18n.T(ctx, "study.item_status."+string(e.Status)), Tone: ui.Info})
	}
	for _, f := range e.Flags {
		tags = append(tags, ui.TagProps{Label: i18n.T(ctx, "study.flag."+string(f)), Tone: ui.Warning})
	}
	return tags
}

// stateText says where the parameters in force now come from.
func stateText(ctx context.Context, r study.Report, e study.Estimate) string {
	a, ok := r.InForce[e.Ref]
	if !ok {
		return i18n.T(ctx, "study.state.expert")
	}
	by := a.ByName
	if by == "" {
		by = i18n.T(ctx, "study.gone")
	}
	key := "study.state.other"
	switch {
	case fromStudy(r, e.Ref):
		key = "study.state.accepted"
	case a.Parameters == nil:
		key = "study.state.reset"
	}
	return i18n.T(ctx, key, "by", by, "date", i18n.Date(ctx, time.UnixMicro(a.At)))
}

// changed writes what is in force and what was found, of the slope or of the difficulties.
func changed(ctx context.Context, e study.Estimate, read func(item.Parameters) []estimate) string {
	var before []item.Millionth
	for _, b := range read(e.InForce) {
		before = append(before, b.value)
	}
	return change(ctx, before, estimatesOf(e.Estimated, read))
}
