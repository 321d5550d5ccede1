package assessweb

import (
	"errors"
	"strings"
	"testing"

	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/org"
)

func TestNoTextOfAFileIsAFormula(t *testing.T) {
	for text, want := range map[string]string{"Ada Petit": "Ada Petit", "": "", "=1+1": "'=1+1", "+33": "'+33", "-2": "'-2", "@SUM(A1)": "'@SUM(A1)", "|cmd": "'|cmd",
		" =1": "' =1", "\u00a0=1": "'\u00a0=1", "＝1": "'＝1", "Jean-Luc": "Jean-Luc", "a\t=1": "'a\t=1", "Ada\n=1": "'Ada\n=1", "Élise": "Élise"} {
		if got := inert(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestAFileThatIsCutShortIsAnError(t *testing.T) {
	broken := errors.New("the database left")
	c := assess.Cohort{Framework: &framework.Framework{}, Learners: []assess.Standing{{Member: org.Member{Name: "Ada"}}}}
	var out strings.Builder
	err := writeCohort(t.Context(), &out, c, func(after org.Member) (assess.Cohort, error) {
		if after.Name != "Ada" {
			t.Errorf("goes on after %q", after.Name)
		}
		return assess.Cohort{}, broken
	})
	if !errors.Is(err, broken) || !strings.Contains(out.String(), "Ada;") {
		t.Errorf("%v after %q", err, out.String())
	}
}
