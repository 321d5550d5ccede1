package ui_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
)

var update = flag.Bool("update", false, "write the golden files")

// render returns the HTML of a component in lang.
func render(t *testing.T, lang i18n.Lang, c templ.Component) string {
	t.Helper()
	var out strings.Builder
	if err := c.Render(i18n.With(context.Background(), lang), &out); err != nil {
		t.Fatalf("render: %v", err)
	}
	return out.String()
}

func TestComponentsRenderAsAgreed(t *testing.T) {
	scale := ui.Scale{Min: 0, Max: 5, Decimals: 1, Bands: []ui.Band{{Label: "Base", From: 0}, {Label: "Usage", From: 2}}}
	estimates := []ui.Estimate{{Label: "A", Value: 3, Low: 2, High: 4, Level: "Usage"}, {Label: "B", Value: 1, Low: .5, High: 1.5}, {Label: "C", None: true}}
	options := []ui.Option{{Value: "1", Label: "Un", Hint: "le premier"}, {Value: "2", Label: "Deux", Chosen: true}}
	for name, c := range map[string]templ.Component{
		"button":     ui.Button(ui.ButtonProps{Label: "Retirer", Hidden: "la ligne 2", Kind: ui.Danger, Name: "remove", Value: "2", Form: "f"}),
		"field":      ui.Field(ui.FieldProps{Name: "email", Type: "email", Label: "Courriel", Hint: "h", Error: "e", Value: `a"<b`, Autocomplete: "email", Chars: 24}),
		"password":   ui.Field(ui.FieldProps{Name: "p", Type: "password", Label: "Mot de passe", Value: "never shown"}),
		"textarea":   ui.Field(ui.FieldProps{Name: "n", Label: "Note", Rows: 3, Value: "</textarea>", Optional: true, MaxLength: 200}),
		"choice":     ui.Choice(ui.ChoiceProps{Name: "q", Legend: "Combien", Hint: "h", DescribedBy: "stem", Options: options}),
		"select":     ui.Select(ui.SelectProps{Name: "s", Label: "Choix", Prompt: "Choisir", Options: options}),
		"order":      ui.OrderList(ui.OrderProps{Name: "o", Label: "Ordre", Items: []ui.OrderItem{{ID: "a", Label: "A"}, {ID: "b", Label: "B"}}}),
		"match":      ui.MatchTable(ui.MatchProps{Name: "m", Caption: "Classez", RowHead: "Quoi", ValueHead: "Où", Rows: []ui.MatchRow{{ID: "a", Label: "A", Chosen: "2"}}, Options: options[:1]}),
		"summary":    ui.ErrorSummary([]ui.FieldError{{ID: "email", Message: "Il manque @."}}, false),
		"alert":      ui.Alert(ui.Notice{Tone: ui.Warning, Title: "Attention", Text: "x", Live: true}),
		"steps":      ui.Steps(ui.StepsProps{Label: "Étapes", Steps: []ui.Step{{Label: "1", State: ui.StepDone, Href: "/1"}, {Label: "2", State: ui.StepCurrent}, {Label: "3", Detail: "d"}}}),
		"progress":   ui.Progress(ui.ProgressProps{Label: "Épreuves", Done: 1, Total: 4}),
		"gauge":      ui.Gauge(ui.GaugeProps{Label: "Axe", Done: 3, Total: 2, Unit: "actions"}),
		"pagination": ui.Pagination(ui.PaginationProps{Page: 5, Pages: 9, Href: func(int) string { return "/p" }}),
		"radar":      ui.Radar(ui.RadarProps{ID: "r", Title: "Domaines", Scale: scale, Axes: estimates}),
		"bars":       ui.Bars(ui.BarsProps{ID: "b", Title: "Compétences", Scale: scale, Bars: estimates}),
		"shell":      ui.Shell(ui.Page{Title: "Accueil", Path: "/?a=1&b=2", Nav: []ui.NavItem{{Label: "Accueil", Href: "/", Current: true}}, User: ui.User{Name: "Camille", Href: "/compte"}}),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, render(t, i18n.French, c)) })
	}
}

// golden compares html, one element a line and without the hashes of assets, with testdata/<name>.html.
func golden(t *testing.T, name, html string) {
	t.Helper()
	html = strings.ReplaceAll(html, "><", ">\n<") + "\n"
	html = regexp.MustCompile(`(/assets/\w+)\.[0-9a-f]{10}\.`).ReplaceAllString(html, "$1.HASH.")
	path := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(path, []byte(html), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(html, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); run the test with -update and read the change:\n%s", path, diff)
	}
}

func TestShellShowsAtMostSevenEntries(t *testing.T) {
	page := ui.Page{Title: "x"}
	for range ui.MaxNav + 3 {
		page.Nav = append(page.Nav, ui.NavItem{Label: "entry", Href: "/entry"})
	}
	if got := strings.Count(render(t, i18n.French, ui.Shell(page)), `href="/entry"`); got != ui.MaxNav {
		t.Errorf("%d entries", got)
	}
}

func TestShellSpeaksTheLanguageOfThePage(t *testing.T) {
	html := render(t, i18n.French, ui.Shell(ui.Page{Title: "x", Lang: i18n.English}))
	for _, want := range []string{`<html lang="en"`, "Skip to content", "Appearance"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestPaginationShowsAtMostSevenLinks(t *testing.T) {
	for page := 1; page <= 40; page++ {
		html := render(t, i18n.French, ui.Pagination(ui.PaginationProps{Page: page, Pages: 40, Href: func(int) string { return "/p" }}))
		if links := strings.Count(html, "<a "); links > 7 || !strings.Contains(html, `aria-current="page"`) {
			t.Errorf("page %d: %d links", page, links)
		}
	}
}

func TestMovePutsAnItemOnePlaceHigherOrLower(t *testing.T) {
	ids := []string{"a", "b", "c"}
	for value, want := range map[string][]string{
		"up:b": {"b", "a", "c"}, "down:b": {"a", "c", "b"}, "up:a": ids, "down:c": ids, "up:z": ids, "sideways:b": ids, "": ids,
	} {
		if diff := cmp.Diff(want, ui.Move(ids, value)); diff != "" {
			t.Errorf("%q:\n%s", value, diff)
		}
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, ids); diff != "" {
		t.Errorf("the argument changed:\n%s", diff)
	}
}

func TestErrorPageOfEveryKindHasItsWords(t *testing.T) {
	for _, kind := range []string{"internal", "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "too_many", "unavailable"} {
		for _, lang := range i18n.Langs() {
			props := ui.ErrorProps(i18n.With(context.Background(), lang), kind, 500, "", "REF")
			for _, text := range []string{props.Title, props.What, props.Do, props.Safe} {
				if text == "" || strings.HasPrefix(text, "error.") {
					t.Errorf("%s %s: %q", lang, kind, text)
				}
			}
		}
	}
}
