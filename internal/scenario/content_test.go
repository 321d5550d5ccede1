package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// readContent parses a scenario of the repository and its transcripts.
func readContent(t *testing.T, dir string) (*Scenario, []Transcript) {
	t.Helper()
	read := func(name string) []byte {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	s, err := Parse("scenario.yaml", read(filepath.Join(dir, "scenario.yaml")))
	if err != nil {
		t.Fatalf("%s:\n%v", dir, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "transcripts", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var transcripts []Transcript
	for _, file := range files {
		tr, err := ParseTranscript(filepath.Base(file), read(file))
		if err != nil {
			t.Fatal(err)
		}
		transcripts = append(transcripts, tr)
	}
	return s, transcripts
}

func TestEveryScenarioOfTheRepositoryPassesTheLint(t *testing.T) {
	dirs, err := filepath.Glob("../../content/scenarios/*/scenario.yaml")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no scenario found: %v", err)
	}
	for _, file := range dirs {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			s, transcripts := readContent(t, dir)
			if s.ID != filepath.Base(dir) {
				t.Errorf("id %q in folder %q", s.ID, filepath.Base(dir))
			}
			findings, figures := Lint(s, transcripts)
			for _, f := range findings {
				t.Errorf("%s %s %s: %s", f.Severity, f.Code, f.Where, f.Message)
			}
			t.Logf("%+v", figures)
			for _, secret := range append(missed(s.Score(State{})), s.src.Rules[0].Why, s.src.Caps[0].Why) {
				if strings.Contains(dump(t, s.World()), secret) {
					t.Errorf("the world holds %q of the rules", secret)
				}
			}
		})
	}
}
