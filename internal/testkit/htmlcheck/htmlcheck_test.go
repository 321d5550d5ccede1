package htmlcheck

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func page(body string) string {
	return `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Essai</title></head><body><main><h1>Essai</h1>` + body + `</main></body></html>`
}

func save(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEachCheckerFindsItsPlantedFault(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no HTML checkers")
	}
	dir := t.TempDir()
	save(t, dir, "good.html", page(`<p>Bonjour</p>`))
	// A button without a type is valid HTML: only html-validate minds. A language that does not exist is only
	// seen by Nu, which knows the registry.
	save(t, dir, "sub/é button.html", page(`<p><button>Aller</button></p>`))
	save(t, dir, "nested.html", page("<p>Un</p>\n<p><a href=\"#x\" hreflang=\"--\">Deux</a></p>"))
	found, err := Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ file, finding string }{
		{"sub/é button.html", "html-validate no-implicit-button-type"},
		{"nested.html", "2:4: nu: "},
	} {
		var all []string
		for _, f := range found[want.file] {
			all = append(all, f.String())
		}
		if !strings.Contains(strings.Join(all, "\n"), want.finding) {
			t.Errorf("%s: %q is not among the findings %q", want.file, want.finding, all)
		}
	}
	if len(found) != 2 {
		t.Errorf("%d files at fault, want two and not good.html: %v", len(found), found)
	}
}

func TestFaultsThatFillMoreThanAPipeAreAllFound(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no HTML checkers")
	}
	dir := t.TempDir()
	const faults = 2000
	save(t, dir, "many.html", page(strings.Repeat("<p><button>Aller</button></p>\n", faults)))
	found, err := Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(found["many.html"]); n < faults {
		t.Errorf("%d findings, want %d at least", n, faults)
	}
}

func TestACorrectFolderPasses(t *testing.T) {
	dir := t.TempDir()
	save(t, dir, "good.html", page(`<p>Bonjour</p>`))
	Check(t, dir)
}

func TestAFolderWithoutPagesIsAnError(t *testing.T) {
	if _, err := Folder(t.TempDir()); err == nil {
		t.Error("an empty folder passes")
	}
}

func TestEachRuleThatIsOffHasItsReason(t *testing.T) {
	e2e := filepath.Join("..", "..", "..", "e2e")
	text, err := os.ReadFile(filepath.Join(e2e, ".htmlvalidate.json"))
	if err != nil {
		t.Fatal(err)
	}
	var config struct{ Rules map[string]any }
	if err := json.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(e2e, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for rule := range config.Rules {
		row := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta("`"+rule+"`") + ` \| .{20,} \|$`)
		if !row.Match(readme) {
			t.Errorf("%s is changed in .htmlvalidate.json without a reason in e2e/README.md", rule)
		}
	}
}
