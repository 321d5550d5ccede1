package assessweb

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/scenario"
)

func TestTheTagOfARuleSaysWhetherItWasDoneAnotherWayOrNot(t *testing.T) {
	ctx := i18n.With(t.Context(), i18n.French)
	tests := []struct {
		rule scenario.RuleResult
		want ui.TagProps
	}{
		{scenario.RuleResult{Satisfied: true}, ui.TagProps{Label: "Fait", Tone: ui.Success}},
		{scenario.RuleResult{Tried: true}, ui.TagProps{Label: "Fait, mais autrement qu’attendu", Tone: ui.Warning}},
		{scenario.RuleResult{}, ui.TagProps{Label: "Pas fait", Tone: ui.Bad}},
		{scenario.RuleResult{Restraint: true, Satisfied: true}, ui.TagProps{Label: "Respecté", Tone: ui.Success}},
		{scenario.RuleResult{Restraint: true, Tried: true}, ui.TagProps{Label: "Pas respecté", Tone: ui.Bad}},
		{scenario.RuleResult{Restraint: true}, ui.TagProps{Label: "Non compté"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, ruleTag(ctx, tt.rule)); diff != "" {
			t.Errorf("%+v: %s", tt.rule, diff)
		}
	}
	for _, verb := range scenario.Verbs() {
		left := []string{scenario.MailOpen, scenario.BrowserClose, scenario.FormFill, scenario.Finish}
		key := "assess.correction.did." + verb.Name
		if words := deedWords(ctx, scenario.Deed{Verb: verb.Name}); words == key && !slices.Contains(left, verb.Name) {
			t.Errorf("no words for %s", verb.Name)
		}
	}
}

func TestRulesAreGroupedInTheOrderInWhichTheirGroupsAreMet(t *testing.T) {
	rule := func(id, group string, points int, ok bool) scenario.RuleResult {
		return scenario.RuleResult{ID: id, Group: group, Points: points, Satisfied: ok}
	}
	a, b, c, d := rule("a", "One", 2, true), rule("b", "Two", 1, false), rule("c", "One", 3, false), rule("d", "One", 1, false)
	want := []ruleGroup{{"One", 2, 6, []scenario.RuleResult{c, d, a}}, {"Two", 0, 1, []scenario.RuleResult{b}}}
	if diff := cmp.Diff(want, ruleGroups(&scenario.Result{Rules: []scenario.RuleResult{a, b, c, d}})); diff != "" {
		t.Error(diff)
	}
}

func TestThePointsKeptAreSaidOnceWithWhatLimitedThem(t *testing.T) {
	ctx := i18n.With(t.Context(), i18n.French)
	limit := func(at float64) scenario.CapResult {
		return scenario.CapResult{Title: i18n.Percent(ctx, at, 0), Cap: at, Applies: at < 1}
	}
	for _, tt := range []struct {
		points         int
		caps           []float64
		said, act, tag string
	}{
		{30, nil, "Points retenus\u00a0: 30 sur 33.", "", ""},
		{20, []float64{0.85}, "Points retenus\u00a0: 20 sur 33.", "", "Limite\u00a0: 28 points sur 33"},
		{30, []float64{1, 0.75}, "Points retenus\u00a0: 24 sur 33, au lieu de 30, à cause d’un acte risqué\u00a0:", "75\u00a0%", "Limite\u00a0: 24 points sur 33"},
		{33, []float64{0.55, 0.85}, "Points retenus\u00a0: 18 sur 33, au lieu de 33, à cause du plus grave des actes risqués\u00a0:", "55\u00a0%", "Limite\u00a0: 18 points sur 33"},
		{33, []float64{0.35, 0}, "Aucun point n’est retenu, au lieu de 33 sur 33, à cause du plus grave des actes risqués\u00a0:", "0\u00a0%", "Limite\u00a0: 11 points sur 33"},
		{33, []float64{0}, "Aucun point n’est retenu, au lieu de 33 sur 33, à cause d’un acte risqué\u00a0:", "0\u00a0%", "Aucun point n’est retenu"},
	} {
		r := &scenario.Result{Points: tt.points, Max: 33, Cap: 1}
		for _, at := range tt.caps {
			r.Caps, r.Cap = append(r.Caps, limit(at)), min(r.Cap, at)
		}
		act, tag := "", ""
		if c := limiting(r); c != nil {
			act = c.Title
		}
		if list := dangers(r); len(list) > 0 {
			tag = capWords(ctx, r, list[0])
		}
		if got := keptWords(ctx, r); got != tt.said || act != tt.act || tag != tt.tag {
			t.Errorf("%d points, caps %v: %q, act %q, tag %q", tt.points, tt.caps, got, act, tag)
		}
	}
}

func TestDeedsAreTypesetButForWhatWasWrittenAndFiles(t *testing.T) {
	deeds := func() []scenario.Deed {
		return []scenario.Deed{{Verb: scenario.DeskAsk, What: "L'alerte ?", Of: "L'astreinte"}, {Verb: scenario.DeskNote, What: "l'eau ?", Of: "L'équipe"},
			{Verb: scenario.MailAttachment, What: "l'annexe.pdf", Of: "L'avis"}}
	}
	got := deeds()
	typesetDeeds("fr", got)
	want := []scenario.Deed{{Verb: scenario.DeskAsk, What: "L’alerte\u202f?", Of: "L’astreinte"}, {Verb: scenario.DeskNote, What: "l'eau ?", Of: "L’équipe"},
		{Verb: scenario.MailAttachment, What: "l'annexe.pdf", Of: "L’avis"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	english := deeds()
	typesetDeeds("en", english)
	if diff := cmp.Diff(deeds(), english); diff != "" {
		t.Error(diff)
	}
}
