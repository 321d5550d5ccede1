package i18n

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCatalogReadsOneMessagePerLine(t *testing.T) {
	entries, err := parseCatalog("# comment\n\nui.save = \"Dire \\\"oui\\\"\"\nui.n = { one = \"{{.count}} an\", other = \"{{.count}} ans\" }\n")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]message{}
	for _, e := range entries {
		got[e.key] = e.message
	}
	want := map[string]message{"ui.save": {other: `Dire "oui"`}, "ui.n": {one: "{{.count}} an", other: "{{.count}} ans"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(message{})); diff != "" {
		t.Error(diff)
	}
}

func TestCatalogNamesTheLineItRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"key twice":            "ui.a = \"x\"\nui.a = \"y\"",
		"message inside other": "ui.a = \"x\"\nui.a.b = \"y\"",
		"upper case":           "\nui.A = \"x\"",
		"no section":           "\nsave = \"x\"",
		"empty":                "\nui.a = \"\"",
		"literal string":       "\nui.a = 'x'",
		"unfinished":           "\nui.a = \"x",
		"plural without one":   "\nui.a = { other = \"x\" }",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parseCatalog(text); err == nil || !strings.HasPrefix(err.Error(), "line 2:") {
				t.Errorf("error = %v, want one of line 2", err)
			}
		})
	}
}
