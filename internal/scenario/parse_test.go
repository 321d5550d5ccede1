package scenario

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// lineWith is the number of the first line of the small world that holds the text.
func lineWith(t *testing.T, file, text string) int {
	t.Helper()
	before, _, found := strings.Cut(file, text)
	if !found {
		t.Fatalf("%q is not in the file", text)
	}
	return strings.Count(before, "\n") + 1
}

func TestParseTellsTheLineAndTheReason(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"unknown field", "title: A small world", "titel: A small world", "unknown field"},
		{"repeated field", "title: A small world", "version: 1", "already defined"},
		{"wrong type", "seconds: 120", "seconds: soon", "cannot unmarshal"},
		{"anchor", "title: A small world", "title: &x A small world", "anchors, aliases"},
		{"tag", "title: A small world", "title: !!str A small world", "tags are not allowed"},
		{"identifier of the scenario", "id: small\n", "id: Small World\n", "id \"Small World\""},
		{"version", "version: 1", "version: 0", "version is 1 or more"},
		{"language", "lang: en", "lang: english", "no language code"},
		{"duration", "seconds: 120", "seconds: 5", "seconds is between"},
		{"empty title", "title: A small world", "title: ' '", "a text is missing"},
		{"identifier of a target", "- id: m1\n", "- id: M 1\n", "identifier \"M 1\""},
		{"target used twice", "- id: m2\n", "- id: m1\n", "\"m1\" is used twice"},
		{"recipient used twice", "{ id: b2, name: Bob", "{ id: b1, name: Bob", "\"b1\" is used twice"},
		{"widget used twice", "- id: w3\n", "- id: w2\n", "\"w2\" is used twice"},
		{"bookmark of nothing", "bookmarks: [p2]", "bookmarks: [p9]", "no page \"p9\""},
		{"bookmark of a message", "bookmarks: [p2]", "bookmarks: [m1]", "no page \"m1\""},
		{"link to nothing", "- { id: l3, text: Next, url: \"https://here.example/next\", page: p3 }", "- { id: l3, text: Next, url: u, page: p9 }", "no page \"p9\""},
		{"link that is not placed", "body: Sealed home. {l3}", "body: Sealed home.", "{l3} stands 0 times"},
		{"placed link that does not exist", "body: Sealed home. {l3}", "body: Sealed home. {l3} {l8}", "no link {l8}"},
		{"needs an unknown act", "answer: Sealed answer two., needs: \"mail.open:m1\"", "answer: A., needs: \"mail.open:m9\"", "no target \"m9\""},
		{"type of field", "{ id: f2, label: What, type: text,", "{ id: f2, label: What, type: date,", "type \"date\""},
		{"options of a text", "{ id: f4, label: I am sure, type: box,", "{ id: f4, label: I am sure, type: box, options: [{ id: o1, text: a }, { id: o2, text: b }],", "nothing else, has options"},
		{"secret box", "{ id: f4, label: I am sure, type: box,", "{ id: f4, label: I am sure, type: box, secret: true,", "a secret field is a text"},
		{"option twice", "- { id: o2, text: Other }", "- { id: o1, text: Other }", "\"o1\" is there twice"},
		{"too long a maximum", "{ id: n1, label: Pad, max: 30 }", "{ id: n1, label: Pad, max: 3000 }", "max is between"},
		{"no points", "points: 3\n", "points: 0\n", "points is between"},
		{"cap above one", "cap: 0.25", "cap: 1.5", "cap is in"},
		{"no predicate", "- did: mail.report:m1\n", "- all: []\n", "exactly one predicate"},
		{"two predicates", "not: { did: mail.report:m2 }", "not: { did: mail.report:m2, never: finish }", "exactly one predicate"},
		{"before one act", "before: [mail.inspect:m1, mail.report:m1]", "before: [mail.inspect:m1]", "before takes two acts"},
		{"unknown verb", "- did: mail.report:m1\n", "- did: mail.reports:m1\n", "no verb \"mail.reports\""},
		{"unknown target", "- did: mail.report:m1\n", "- did: mail.report:m7\n", "no target \"m7\""},
		{"wrong kind of target", "- did: mail.report:m1\n", "- did: mail.report:p1\n", "acts on a message, \"p1\" is a page"},
		{"target of finish", "- did: mail.report:m1\n", "- did: finish:m1\n", "finish takes no target"},
		{"value of an act without one", "eq: { of: form.fill:f3, value: o1 }", "eq: { of: form.submit:w4, value: o1 }", "form.submit has no value"},
		{"value of a secret", "eq: { of: form.fill:f3, value: o1 }", "eq: { of: browser.fill:f1, value: o1 }", "is secret"},
		{"choice that is not there", "eq: { of: form.fill:f3, value: o1 }", "eq: { of: form.fill:f3, value: o7 }", "none of the choices"},
		{"value and values", "eq: { of: form.fill:f3, value: o1 }", "eq: { of: form.fill:f3, value: o1, in: [o2] }", "either value or in"},
		{"value without letters", "eq: { of: form.fill:f3, value: o1 }", "eq: { of: form.fill:f2, value: '?' }", "empty once normalised"},
		{"broken expression", `re: "(?i)^canary-[0-9]+$"`, `re: "(unclosed"`, "no RE2 expression"},
		{"look-ahead", `re: "(?i)^canary-[0-9]+$"`, `re: "(?=x)"`, "no RE2 expression"},
		{"impossible count", "min: 2\n        - matches", "min: 9\n        - matches", "count takes a list"},
		{"attempt of nothing", "    else: Canary advice one.\n", "    attempt: [mail.open:m9]\n", "no target \"m9\""},
		{"no delay", "within: { of: mail.report:m1, after: mail.open:m1, seconds: 60 }", "within: { of: mail.report:m1 }", "within takes an act"},
		{"thresholds", "title: A small world", "title: A\nthresholds: [0.6, 0.3, 0.9]", "three rising credits"},
	}
	file := testFile(t, "small.yaml")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			line := lineWith(t, file, tt.old)
			_, err := Parse("small.yaml", []byte(strings.Replace(file, tt.old, tt.new, 1)))
			var parse *ParseError
			if !errors.As(err, &parse) || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if parse.Line < line-1 || parse.Line > line+2 {
				t.Errorf("line %d, want about %d: %v", parse.Line, line, err)
			}
			if prefix := fmt.Sprintf("small.yaml:%d: ", parse.Line); !strings.HasPrefix(err.Error(), prefix) {
				t.Errorf("%q does not begin with %q", err, prefix)
			}
		})
	}
}

func TestParseRefusesWholeFiles(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"empty", "", "exactly one YAML document"},
		{"two documents", "a: 1\n---\nb: 2\n", "exactly one YAML document"},
		{"too large", strings.Repeat("# padding\n", maxFile/10+1), "larger than"},
		{"not UTF-8", "title: \xff", "not UTF-8"},
		{"deep brackets", "a: " + strings.Repeat("[", 1000), "nested too deeply"},
		{"deep lists", strings.Repeat("- ", 1000) + "x", "nested too deeply"},
		{"too many targets", "widgets:\n- id: w1\n  title: t\n  desk:\n    documents:\n" + manyDocuments(maxTargets+1), "401 targets, 400 at most"},
		{"several kinds in a widget", "widgets: [{ id: w1, title: t, desk: {}, form: {} }]", "exactly one of mailbox, browser, desk, form"},
		{"deep predicates", "rules: [{ id: r, points: 1, if: { not: { not: { not: { not: { not: { not: { did: finish } } } } } } } }]", "inside one another"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("x.yaml", []byte(tt.file))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "x.yaml:") {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func manyDocuments(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "    - { id: d%d, title: t, text: t }\n", i)
	}
	return out.String()
}

func TestParseReportsAHundredProblemsAtMost(t *testing.T) {
	file := "widgets:\n- id: w1\n  title: t\n  desk:\n    documents:\n" + strings.Repeat("    - { id: D, title: t, text: t }\n", 300)
	_, err := Parse("x.yaml", []byte(file))
	if n := strings.Count(fmt.Sprint(err), "x.yaml:"); n != maxProblems {
		t.Errorf("%d problems", n)
	}
}

func TestParseReportsEveryProblemAtOnce(t *testing.T) {
	file := strings.NewReplacer("lang: en", "lang: english", "points: 3", "points: 0").Replace(testFile(t, "small.yaml"))
	_, err := Parse("small.yaml", []byte(file))
	if n := strings.Count(fmt.Sprint(err), "small.yaml:"); n != 3 {
		t.Errorf("%d problems, want 3: %v", n, err)
	}
}

func TestFilesListsTheImages(t *testing.T) {
	if got := small(t).Files(); len(got) != 1 || got[0] != "i1.svg" {
		t.Errorf("files %v", got)
	}
}

func TestTranscriptIsReadStrictly(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"unknown field", "name: expert", "nom: expert", "unknown field"},
		{"no credit", "credit: 1\n", "", "scenario, name, credit and category"},
		{"back in time", "at: 40", "at: 1", "earlier than the act before"},
		{"act without do", "- { do: mail.inspect:m1 }", "- { v: x }", "do is missing"},
	}
	file := testFile(t, "expert.yaml")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseTranscript("expert.yaml", []byte(strings.Replace(file, tt.old, tt.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	tr, err := ParseTranscript("expert.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if first, second := tr.Events[0], tr.Events[1]; first.T != 3000 || second.T != 8000 || second.Seq != 2 || tr.Credit != 1 {
		t.Errorf("%+v %+v", first, second)
	}
}
