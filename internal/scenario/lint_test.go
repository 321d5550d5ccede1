package scenario

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func expertTranscript(t *testing.T) Transcript {
	t.Helper()
	tr, err := ParseTranscript("expert.yaml", []byte(testFile(t, "expert.yaml")))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestLintHasNothingToSayOfASoundScenario(t *testing.T) {
	findings, figures := Lint(small(t), []Transcript{expertTranscript(t)})
	for _, f := range findings {
		t.Errorf("%+v", f)
	}
	if figures.Expert != 1 || figures.Idle != 0 || figures.Words == 0 || figures.ReadSeconds == 0 || figures.RandomMax == 0 {
		t.Errorf("%+v", figures)
	}
}

func TestLintFindsWhatIsBroken(t *testing.T) {
	const blind = "rules:\n  - { id: easy, title: t, points: 90, why: w, if: { "
	tests := []struct{ name, old, new, code, where string }{
		{"expert misses a rule", "seconds: 60 }", "seconds: 10 }", LintExpert, "expert"},
		{"stated score is not the score", "seconds: 60 }", "seconds: 10 }", LintTranscript, "expert"},
		{"idle earns", "rules:\n", blind + "never: \"mail.open:m2\" } }\n", LintIdle, "idle"},
		{"clicking earns", "rules:\n", blind + "did: \"mail.link:l2\" } }\n", LintSpray, "spray"},
		{"chance earns", "rules:\n", blind + "did: \"desk.call:c1\" } }\n", LintRandom, "random"},
		{"rule that nothing satisfies", "rules:\n", blind + "all: [{ did: finish }, { never: finish }] } }\n", LintUnreachable, "easy"},
		{"cap that nothing triggers", "caps:\n", "caps:\n  - { id: never, title: t, cap: 0.5, why: w, if: { all: [{ did: finish }, { never: finish }] } }\n", LintUnreachable, "never"},
		{"target that nothing uses", "documents:\n", "documents:\n        - { id: d9, title: Lost paper, text: t }\n", LintUnused, "d9"},
		{"image without alternative", "alt: The logo of a bank", "alt: ' '", LintAlternative, "widgets[0].mailbox.messages[0].images[0]"},
		{"file name that tells", "file: i1.svg", "file: phishing.svg", LintTelltale, "widgets[0].mailbox.messages[0].images[0]"},
		{"identifier that tells", "- { id: d1, title: Memo", "- { id: trap, title: Memo", LintTelltale, "trap"},
		{"widget that tells", "- id: w3\n", "- id: snare\n", LintTelltale, "snare"},
		{"too much to read", "Sealed memo.", strings.Repeat("word ", 500), LintReading, "seconds"},
		{"rule twice", "id: canary-form", "id: canary-report", LintDuplicate, "canary-report"},
		{"cap named as a rule", "id: canary-all", "id: canary-report", LintDuplicate, "canary-report"},
		{"rule without a reason", "why: Canary reason one.", "why: ' '", LintWhy, "canary-inspect"},
		{"rule without a title", "    title: Canary title one\n", "", LintTitle, "canary-inspect"},
		{"cap without a title", "title: Canary title six", "title: ' '", LintTitle, "canary-all"},
		{"title that goes on", "title: Canary title two", "title: " + strings.Repeat("é", titleLength+1), LintTitle, "canary-report"},
		{"restraint that forbids nothing", "    title: Canary title one\n", "    title: Canary\n    restraint: true\n", LintRestraint, "canary-inspect"},
		{"cap without a reason", "    why: Canary reason six.\n", "", LintWhy, "canary-all"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := testFile(t, "small.yaml")
			lineWith(t, file, tt.old)
			broken := strings.Replace(file, tt.old, tt.new, 1)
			if tt.where == "trap" {
				broken = strings.ReplaceAll(broken, "desk.read:d1", "desk.read:trap")
			}
			s, err := Parse("small.yaml", []byte(broken))
			if err != nil {
				t.Fatal(err)
			}
			findings, _ := Lint(s, []Transcript{expertTranscript(t)})
			if !slices.ContainsFunc(findings, func(f Finding) bool { return f.Code == tt.code && f.Where == tt.where }) {
				t.Errorf("no finding %s on %s among %+v", tt.code, tt.where, findings)
			}
		})
	}
}

func TestLintFindsThatReportingEverythingEarns(t *testing.T) {
	file := testFile(t, "small.yaml")
	file, _, _ = strings.Cut(file, "  - id: canary-all\n")
	s, err := Parse("small.yaml", []byte(strings.Replace(file, "- not: { did: mail.report:m2 }\n", "- not: { did: mail.delete:m2 }\n", 1)))
	if err != nil {
		t.Fatal(err)
	}
	findings, figures := Lint(s, []Transcript{expertTranscript(t)})
	if !slices.ContainsFunc(findings, func(f Finding) bool { return f.Code == LintReportAll }) || figures.ReportAll <= BlindCredit {
		t.Errorf("%+v %+v", findings, figures)
	}
}

func TestLintFindsWhatIsWrongWithTranscripts(t *testing.T) {
	expert := expertTranscript(t)
	unfinished := expert
	unfinished.Events = expert.Events[:len(expert.Events)-1]
	elsewhere := expert
	elsewhere.Scenario = "other"
	refused := expert
	refused.Events = expert.Events[1:]
	tests := []struct {
		name string
		list []Transcript
		code string
	}{
		{"no expert", nil, LintExpert},
		{"expert who does not finish", []Transcript{unfinished}, LintExpert},
		{"transcript of another scenario", []Transcript{elsewhere}, LintTranscript},
		{"transcript that does not apply", []Transcript{refused}, LintTranscript},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			findings, _ := Lint(small(t), tt.list)
			if !slices.ContainsFunc(findings, func(f Finding) bool { return f.Code == tt.code && f.Severity == SeverityError }) {
				t.Errorf("%+v", findings)
			}
		})
	}
}

func TestLintAlwaysSaysTheSame(t *testing.T) {
	s := small(t)
	first, a := Lint(s, nil)
	second, b := Lint(s, nil)
	if diff := cmp.Diff(first, second); diff != "" || a != b {
		t.Errorf("%s %+v %+v", diff, a, b)
	}
}

func TestLintReachesARuleThatChanceMisses(t *testing.T) {
	s := withRule(t, "all: [{ eq: { of: form.fill:f2, value: very exact words } }, { did: form.submit:w4 }, { did: browser.submit:p1 }, { did: desk.ask:q2 }]")
	findings, _ := Lint(s, nil)
	if slices.ContainsFunc(findings, func(f Finding) bool { return f.Code == LintUnreachable }) {
		t.Errorf("%+v", findings)
	}
}
