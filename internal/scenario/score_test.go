package scenario

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// withRule returns the small world with one rule of ten points, and the given YAML as its condition.
func withRule(t *testing.T, condition string) *Scenario {
	t.Helper()
	world, _, _ := strings.Cut(testFile(t, "small.yaml"), "rules:\n")
	s, err := Parse("rule.yaml", []byte(world+"rules:\n  - id: x\n    points: 10\n    why: Because.\n    if:\n      "+condition+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPredicates(t *testing.T) {
	tests := []struct {
		name, condition string
		acts            []string
		want            bool
	}{
		{"did, done", "did: mail.open:m1", []string{"mail.open:m1"}, true},
		{"did, other target", "did: mail.open:m1", []string{"mail.open:m2"}, false},
		{"never, not done", "never: mail.open:m1", []string{"mail.open:m2"}, true},
		{"never, done", "never: mail.open:m1", []string{"mail.open:m1"}, false},
		{"before, in order", "before: [mail.open:m1, desk.read:d1]", []string{"mail.open:m1", "desk.read:d1"}, true},
		{"before, wrong order", "before: [mail.open:m1, desk.read:d1]", []string{"desk.read:d1", "mail.open:m1"}, false},
		{"before, first acts count", "before: [mail.open:m1, desk.read:d1]", []string{"desk.read:d1", "mail.open:m1", "desk.read:d1"}, false},
		{"before, second missing", "before: [mail.open:m1, desk.read:d1]", []string{"mail.open:m1"}, false},
		{"before, first missing", "before: [mail.open:m1, desk.read:d1]", []string{"desk.read:d1"}, false},
		{"eq, normalised", "eq: { of: form.fill:f2, value: Éclair 2 }", []string{"form.fill:f2=  ECLAIR--2 "}, true},
		{"eq, other", "eq: { of: form.fill:f2, value: Éclair 2 }", []string{"form.fill:f2=eclair2"}, false},
		{"eq, last value counts", "eq: { of: form.fill:f2, value: yes }", []string{"form.fill:f2=yes", "form.fill:f2=no"}, false},
		{"eq, one of several", "eq: { of: form.fill:f3, in: [o1, o2] }", []string{"form.fill:f3=o2"}, true},
		{"eq, nothing typed", "eq: { of: form.fill:f2, value: yes }", nil, false},
		{"eq, each recipient counts", "eq: { of: mail.forward:m1, value: b1 }", []string{"mail.open:m1", "mail.forward:m1=b1", "mail.forward:m1=b2"}, true},
		{"eq, another recipient", "eq: { of: mail.forward:m1, value: b1 }", []string{"mail.open:m1", "mail.forward:m1=b2"}, false},
		{"matches", "matches: { of: desk.note:n1, re: '^lot [A-Z]+$' }", []string{"desk.note:n1= lot AB "}, true},
		{"matches, not", "matches: { of: desk.note:n1, re: '^lot [A-Z]+$' }", []string{"desk.note:n1=lot 12"}, false},
		{"matches, nothing typed", "matches: { of: desk.note:n1, re: '^$' }", nil, false},
		{"count, enough", "count: { of: ['mail.open:m1', 'mail.open:m2', 'desk.read:d1'], min: 2 }", []string{"mail.open:m1", "desk.read:d1"}, true},
		{"count, repeating is one", "count: { of: ['mail.open:m1', 'mail.open:m2'], min: 2 }", []string{"mail.open:m1", "mail.open:m1"}, false},
		{"count, too many", "count: { of: ['mail.open:m1', 'mail.open:m2'], max: 1 }", []string{"mail.open:m1", "mail.open:m2"}, false},
		{"count, none asked", "count: { of: ['mail.open:m1'], max: 0 }", nil, true},
		{"within, from the start", "within: { of: mail.open:m2, seconds: 2 }", []string{"mail.open:m1", "mail.open:m2"}, true},
		{"within, too late", "within: { of: mail.open:m2, seconds: 1 }", []string{"mail.open:m1", "mail.open:m2"}, false},
		{"within, after an act", "within: { of: desk.read:d1, after: mail.open:m2, seconds: 1 }", []string{"mail.open:m1", "mail.open:m2", "desk.read:d1"}, true},
		{"within, before that act", "within: { of: desk.read:d1, after: mail.open:m2, seconds: 9 }", []string{"desk.read:d1", "mail.open:m2"}, false},
		{"within, that act missing", "within: { of: desk.read:d1, after: mail.open:m2, seconds: 9 }", []string{"desk.read:d1"}, false},
		{"within, act missing", "within: { of: desk.read:d1, seconds: 9 }", nil, false},
		{"all", "all: [did: mail.open:m1, did: mail.open:m2]", []string{"mail.open:m1", "mail.open:m2"}, true},
		{"all, one missing", "all: [did: mail.open:m1, did: mail.open:m2]", []string{"mail.open:m1"}, false},
		{"any", "any: [did: mail.open:m1, did: mail.open:m2]", []string{"mail.open:m2"}, true},
		{"any, none", "any: [did: mail.open:m1, did: mail.open:m2]", nil, false},
		{"not", "not: { did: mail.open:m1 }", nil, true},
		{"not, done", "not: { did: mail.open:m1 }", []string{"mail.open:m1"}, false},
		{"act without a target", "did: finish", []string{"finish"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := withRule(t, tt.condition)
			if got := s.Score(play(t, s, tt.acts...)).Points == 10; got != tt.want {
				t.Errorf("holds: %v", got)
			}
		})
	}
}

func TestScoreGivesEachRuleItsReason(t *testing.T) {
	s := small(t)
	got := s.Score(play(t, s, "mail.open:m1", "mail.inspect:m1", "mail.report:m1"))
	if got.Points != 5 || got.Max != 10 || got.Credit != 0.5 || got.Category != 1 || got.Cap != 1 {
		t.Errorf("%+v", got)
	}
	want := RuleResult{ID: "canary-inspect", Title: "Canary title one", Group: "Canary group", Points: 3, Satisfied: true,
		Else: "Canary advice one.", Why: "Canary reason one."}
	if diff := cmp.Diff(want, got.Rules[0]); diff != "" {
		t.Error(diff)
	}
	if got.Rules[2].Satisfied || got.Caps[0].Applies {
		t.Errorf("%+v", got)
	}
}

func TestLowestCapLimitsTheCredit(t *testing.T) {
	s := small(t)
	both := []string{"mail.open:m1", "mail.inspect:m1", "mail.report:m1", "mail.report:m2"}
	if got := s.Score(play(t, s, both...)); got.Credit != 0.25 || got.Cap != 0.25 || got.Category != 0 {
		t.Errorf("one cap: %+v", got)
	}
	typed := append(both, "mail.link:l1", "browser.fill:f1=secret")
	if got := s.Score(play(t, s, typed...)); got.Credit != 0 || got.Cap != 0 {
		t.Errorf("two caps: %+v", got)
	}
}

func TestKeptPointsAreWholeAndUnderTheLowestCap(t *testing.T) {
	for _, tt := range []struct {
		points, max int
		limit       float64
		want        int
	}{
		{30, 33, 1, 30}, {30, 33, 0.75, 24}, {33, 33, 0.85, 28}, {20, 33, 0.85, 20}, {33, 33, 0, 0}, {10, 10, 0.7, 7}, {1, 3, 0.333333, 0}, {29, 100, 0.29, 29},
	} {
		if got := (Result{Points: tt.points, Max: tt.max, Cap: tt.limit}).Kept(); got != tt.want {
			t.Errorf("%d of %d under %v: %d kept, want %d", tt.points, tt.max, tt.limit, got, tt.want)
		}
	}
}

func TestCapDoesNotRaiseALowCredit(t *testing.T) {
	s := small(t)
	if got := s.Score(play(t, s, "mail.report:m1", "mail.report:m2")); got.Credit != 0 || got.Cap != 0.25 {
		t.Errorf("%+v", got)
	}
}

func TestCategoriesFollowTheThresholdsOfTheFile(t *testing.T) {
	const acts = "mail.open:m1 mail.inspect:m1 mail.report:m1"
	for thresholds, want := range map[string]int{"[0.3, 0.6, 0.9]": 1, "[0.1, 0.5, 0.6]": 2, "[0.1, 0.2, 0.5]": 3, "[0.51, 0.6, 0.7]": 0} {
		s, err := Parse("t.yaml", []byte("thresholds: "+thresholds+"\n"+testFile(t, "small.yaml")))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Score(play(t, s, strings.Fields(acts)...)).Category; got != want {
			t.Errorf("%s: category %d, want %d", thresholds, got, want)
		}
	}
}

func TestCreditIsRoundedToSixDecimals(t *testing.T) {
	world, _, _ := strings.Cut(testFile(t, "small.yaml"), "rules:\n")
	rules := "rules:\n  - {id: a, points: 2, why: w, if: {did: finish}}\n  - {id: b, points: 1, why: w, if: {never: finish}}\n"
	s, err := Parse("t.yaml", []byte(world+rules))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Score(play(t, s, "finish")).Credit; got != 0.666667 {
		t.Errorf("credit %v", got)
	}
}

func TestCreditStaysBetweenZeroAndItsCap(t *testing.T) {
	s := small(t)
	rapid.Check(t, func(rt *rapid.T) {
		st, err := s.Fold(offered(rt, s))
		if err != nil {
			rt.Fatal(err)
		}
		if r := s.Score(st); r.Credit < 0 || r.Credit > r.Cap || r.Points > r.Max || r.Category < 0 || r.Category > 3 {
			rt.Fatalf("%+v", r)
		}
	})
}

func TestNormalise(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"  Œuf à la Coque !":   "oeuf a la coque",
		"K7R-204":              "k7r 204",
		"\tune\n\nligne\u00a0": "une ligne",
		"ÉLÈVE ÇÀ":             "eleve ca",
		"?!":                   "",
	} {
		if got := normalise(in); got != want {
			t.Errorf("normalise(%q) = %q, want %q", in, got, want)
		}
	}
}
