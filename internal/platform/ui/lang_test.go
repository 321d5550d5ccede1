package ui_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
)

func TestAChartMarksItsLabelsInAnotherLanguageThanThePage(t *testing.T) {
	bars := ui.Bars(ui.BarsProps{ID: "b", Title: "Skills", Scale: ui.Scale{Max: 2, Lang: "fr", Bands: []ui.Band{{Label: "Seuil"}}},
		Bars: []ui.Estimate{{Label: "Santé", Level: "Seuil", Lang: "fr", Value: 1, Low: 1, High: 1}}})
	for lang, want := range map[i18n.Lang]int{i18n.French: 0, i18n.English: 5} { // label and level, in words and in the table; band
		if n := strings.Count(render(t, lang, bars), ` lang="fr"`); n != want {
			t.Errorf("%s: %d parts are marked as French, want %d", lang, n, want)
		}
	}
}

func TestTheFocusStaysOnTheItemThatMoved(t *testing.T) {
	items := []ui.OrderItem{{ID: "a", Label: "A"}, {ID: "b", Label: "B"}, {ID: "c", Label: "C"}}
	for moved, want := range map[string]string{"": "", "down:b": "down:b", "up:b": "up:b", "up:a": "down:a data-focus", "down:c": "up:c data-focus"} {
		var got []string
		for _, node := range parse(t, render(t, i18n.French, ui.OrderList(ui.OrderProps{Name: "o", Label: "Ordre", Moved: moved, Items: items}))).nodes {
			if node.Data == "button" && slices.ContainsFunc(node.Attr, isNamed("autofocus")) {
				value := attr(node, "value")
				if slices.ContainsFunc(node.Attr, isNamed("data-focus")) {
					value += " data-focus"
				}
				got = append(got, value)
			}
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("after %q the focus is on %q, want %q", moved, s, want)
		}
	}
}

func isNamed(key string) func(html.Attribute) bool {
	return func(a html.Attribute) bool { return a.Key == key }
}
