package assess_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"galien/content"
	"galien/internal/assess"
	"galien/internal/item"
	"galien/internal/testkit"
)

func noImage(item.Image) string { return "" }

func TestEachLevelIsTheOneThatHoldsItsMean(t *testing.T) {
	s := newStack(t, testkit.SQLite(t))
	report, _ := s.take(t, s.visitor(t), "", func(n int) bool { return n%3 != 0 })
	seen := map[int]bool{}
	for _, m := range slices.Concat([]assess.Measured{report.Result.Main}, report.Result.Domains, report.Result.Competencies) {
		want := 0
		for _, cut := range report.Framework.Scale.Cuts {
			if m.Mean >= cut {
				want++
			}
		}
		if m.Level != want || len(m.Levels) != len(report.Framework.Scale.Levels) {
			t.Errorf("%q at %.3f has level %d, want %d", m.Code, m.Mean, m.Level, want)
		}
		seen[m.Level] = true
	}
	if len(seen) < 2 {
		t.Errorf("only the levels %v were met: the test proves little", seen)
	}
}

func TestOptionsAndRowsAreExplainedInTheOrderShown(t *testing.T) {
	s := newStack(t, testkit.SQLite(t))
	report, _ := s.take(t, s.visitor(t), "", func(int) bool { return false })
	shuffled := 0
	for _, x := range report.Answers {
		shown, explained := x.Question(noImage), x.Feedback(noImage)
		authored := x.Item.Feedback(x.Answer.Response, noImage)
		for i, o := range explained.Options {
			if o.Text != shown.Options[i].Text {
				t.Errorf("%s: option %d is explained at another place", x.Item.ID, i)
			}
			if o != authored.Options[i] {
				shuffled++
			}
		}
		for i, r := range explained.Rows {
			if r.Text != shown.Rows[i].Text {
				t.Errorf("%s: row %d is explained at another place", x.Item.ID, i)
			}
		}
	}
	if shuffled == 0 {
		t.Error("no item was shown in another order than the author's: the test proves nothing")
	}
}

func TestTheLengthFollowsTheScopeAndBoundsEveryForm(t *testing.T) {
	s := newStack(t, testkit.SQLite(t))
	whole, err := s.assess.Length(t.Context(), assess.Options{})
	must(t, err)
	domain, err := s.assess.Length(t.Context(), assess.Options{Scope: "2"})
	must(t, err)
	for _, l := range []assess.Length{whole, domain} {
		if l.MinQuestions >= l.MaxQuestions || l.MinMinutes >= l.MaxMinutes || l.MaxMinutes%5 != 0 {
			t.Errorf("length %+v", l)
		}
	}
	if domain.MaxQuestions >= whole.MaxQuestions || domain.MaxMinutes >= whole.MaxMinutes {
		t.Errorf("a domain takes %+v, the whole %+v", domain, whole)
	}
	if _, err := s.assess.Length(t.Context(), assess.Options{Scope: "9"}); err == nil {
		t.Error("an unknown domain has a length")
	}
}

func TestAPictureOfASimulatedWorldHasAnAddressThatNamesItNot(t *testing.T) {
	s := newStack(t, testkit.SQLite(t))
	const folder = "scenarios/boite-hospitaliere/"
	text, err := fs.ReadFile(content.FS(), folder+"scenario.yaml")
	must(t, err)
	before, after, found := strings.Cut(string(text), "        - id: m1\n")
	if !found {
		t.Fatal("the scenario has no message m1")
	}
	overlay := overlayFS{content.FS(), fstest.MapFS{
		folder + "scenario.yaml": {Data: []byte(before + "        - id: m1\n          images: [{ file: plan.svg, alt: Un plan }]\n" + after)},
		folder + "plan.svg":      {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>`)},
	}}
	s.publish(t, overlay)
	a := s.visitor(t)
	attempt, err := s.assess.Start(t.Context(), a, assess.Options{Scope: "2"})
	must(t, err)
	for {
		sc, err := s.assess.Screen(t.Context(), a, attempt)
		must(t, err)
		if sc.World == nil {
			if got := sc.Picture("plan.svg", func(item.Image) string { return "x" }); got != "" {
				t.Errorf("a question has the picture of the world at %q", got)
			}
			s.answer(t, a, sc, true)
			continue
		}
		digest := sc.Picture("plan.svg", func(i item.Image) string { return i.SHA256 })
		picture, err := s.assess.Image(t.Context(), a, attempt, digest)
		must(t, err)
		if picture.Name != "plan.svg" || sc.Picture("other.svg", func(item.Image) string { return "x" }) != "" {
			t.Errorf("picture %q", picture.Name)
		}
		return
	}
}

// overlayFS is a file system with some files replaced or added.
type overlayFS struct {
	fs.FS
	over fstest.MapFS
}

func (o overlayFS) Open(name string) (fs.File, error) {
	if _, ok := o.over[name]; ok {
		return o.over.Open(name)
	}
	return o.FS.Open(name)
}
