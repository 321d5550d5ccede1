package frameworkweb

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"galien/internal/framework"
)

func TestAFrenchFrameworkIsTypesetInACopy(t *testing.T) {
	written := func(language string) *framework.Framework {
		return &framework.Framework{Language: language, Title: "L'usage", Domains: []framework.Domain{{Title: "L'identité", Competencies: []framework.Competency{
			{Title: "S'identifier : pourquoi ?", Capacities: []framework.Capacity{{Code: "1.1.a", Text: "connaître l'INS"}}}}}}}
	}
	f := written("fr")
	got := typeset(f)
	c := got.Domains[0].Competencies[0]
	want := []string{"L’usage", "L’identité", "S’identifier\u00a0: pourquoi\u202f?", "connaître l’INS"}
	if diff := cmp.Diff(want, []string{got.Title, got.Domains[0].Title, c.Title, c.Capacities[0].Text}); diff != "" {
		t.Errorf("typeset (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(written("fr").Domains, f.Domains); diff != "" {
		t.Errorf("what all callers share has changed:\n%s", diff)
	}
	if english := written("en"); typeset(english) != english {
		t.Error("a framework in English is typeset as French")
	}
}
