package i18n

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"galien/locales"
)

func load(t *testing.T) *Bundle {
	t.Helper()
	bundle, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}

func TestEveryLanguageHasEveryKeyAndPlaceholder(t *testing.T) {
	bundle := load(t)
	if diff := cmp.Diff(bundle.Keys(French), bundle.Keys(English)); diff != "" {
		t.Fatalf("keys of fr.toml (-) and en.toml (+):\n%s", diff)
	}
	for _, key := range bundle.Keys(French) {
		fr, en := bundle.messages[French][key], bundle.messages[English][key]
		if diff := cmp.Diff(placeholders(fr.other), placeholders(en.other)); diff != "" {
			t.Errorf("%s: placeholders differ:\n%s", key, diff)
		}
		if (fr.one == "") != (en.one == "") {
			t.Errorf("%s: one language has plural forms, the other has none", key)
		}
	}
}

func TestEveryMessageIsAWorkingTemplate(t *testing.T) {
	bundle := load(t)
	for _, lang := range Langs() {
		for _, key := range bundle.Keys(lang) {
			args := []any{}
			for _, name := range placeholders(bundle.messages[lang][key].other) {
				if name != "count" {
					args = append(args, name, "x")
				}
			}
			if bundle.messages[lang][key].one != "" {
				args = append(args, "count", 2)
			}
			if got := bundle.Text(lang, key, args...); got == key || strings.Contains(got, "<no value>") || strings.Contains(got, "{{") {
				t.Errorf("%s %s: %q", lang, key, got)
			}
		}
	}
}

func TestSectionsOfALocaleAreInOneBlockAndInTheSameOrder(t *testing.T) {
	var sections [][]string
	for _, lang := range Langs() {
		text, err := locales.Files.ReadFile(string(lang) + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		entries, err := parseCatalog(string(text))
		if err != nil {
			t.Fatal(err)
		}
		var order []string
		for _, e := range entries {
			section, _, _ := strings.Cut(e.key, ".")
			if len(order) > 0 && order[len(order)-1] == section {
				continue
			}
			if slices.Contains(order, section) {
				t.Errorf("%s.toml line %d: section %s is split", lang, e.line, section)
			}
			order = append(order, section)
		}
		sections = append(sections, order)
	}
	if diff := cmp.Diff(sections[0], sections[1]); diff != "" {
		t.Errorf("order of sections:\n%s", diff)
	}
}

func TestFrenchTextsHaveTheirSpaces(t *testing.T) {
	missing := regexp.MustCompile(`[\pL\d»)}][;!?]|\pL:(\s|$)|[ ][;:!?]`)
	bundle := load(t)
	for _, key := range bundle.Keys(French) {
		m := bundle.messages[French][key]
		for _, text := range []string{m.one, m.other} {
			if at := missing.FindString(text); at != "" {
				t.Errorf("%s: no space before the sign in %q", key, at)
			}
		}
	}
}

// A key assembled at run time begins with a literal in the call, T(ctx, "error."+code): every key with that prefix
// counts as used, and Bundle.Text shows the key itself when the rest does not exist.
func TestEveryKeyUsedExistsAndEveryKeyIsUsed(t *testing.T) {
	bundle := load(t)
	called := regexp.MustCompile(`i18n\.T\([\w.()]+,\s*"([^"]+)"\s*([,)+])`)
	quoted := regexp.MustCompile(`"([a-z][a-z0-9_]*(?:\.[a-z0-9][a-z0-9_]*)+)"`)
	literals, prefixes := map[string]bool{}, []string{}
	for path, text := range sources(t) {
		for _, call := range called.FindAllStringSubmatch(text, -1) {
			if call[2] == "+" {
				prefixes = append(prefixes, call[1])
			} else if !bundle.Has(French, call[1]) {
				t.Errorf("%s: no message %q", path, call[1])
			}
		}
		for _, literal := range quoted.FindAllStringSubmatch(text, -1) {
			literals[literal[1]] = true
		}
	}
	for _, key := range bundle.Keys(French) {
		assembled := slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
		if !assembled && !literals[key] {
			t.Errorf("message %q is used nowhere", key)
		}
	}
}

// A person who meets an error reads the message of its code; without one they would read the code.
func TestEveryErrorCodeHasItsMessage(t *testing.T) {
	bundle := load(t)
	codes := regexp.MustCompile(`errs\.New\(errs\.\w+, "([a-z0-9_.]+)"|Code\w+\s+= "([a-z0-9_.]+)"`)
	for path, text := range sources(t) {
		for _, code := range codes.FindAllStringSubmatch(text, -1) {
			if key := "error." + code[1] + code[2]; !bundle.Has(French, key) {
				t.Errorf("%s: no message %q", path, key)
			}
		}
	}
}

// sources returns the hand-written Go and templ files of the module by path.
func sources(t *testing.T) map[string]string {
	t.Helper()
	const root = "../../.."
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && strings.HasPrefix(name, ".") {
				return filepath.SkipDir
			}
			return nil
		}
		written := strings.HasSuffix(name, ".templ") ||
			strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "_templ.go")
		if !written {
			return nil
		}
		text, err := os.ReadFile(path)
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func placeholders(text string) []string {
	var names []string
	for _, found := range regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`).FindAllStringSubmatch(text, -1) {
		names = append(names, found[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestPluralFollowsTheLanguage(t *testing.T) {
	for _, c := range []struct {
		lang  Lang
		count int
		want  string
	}{
		{French, 0, "Un point est à corriger"}, {French, 1, "Un point est à corriger"}, {French, 2, "2 points sont à corriger"},
		{French, 1_000_000, "1\u202f000\u202f000 points sont à corriger"},
		{English, 0, "0 points need correcting"}, {English, 1, "One point needs correcting"},
	} {
		if got := T(in(c.lang), "ui.errors", "count", c.count); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.lang, c.count, got, c.want)
		}
	}
}

func TestMissingKeyIsShownAsIs(t *testing.T) {
	for _, args := range [][]any{nil, {"count"}, {"count", "many"}} {
		if got := T(context.Background(), "ui.no_such_key", args...); got != "ui.no_such_key" {
			t.Errorf("%v: %q", args, got)
		}
	}
}
