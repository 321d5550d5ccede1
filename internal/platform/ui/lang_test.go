package ui_test

import (
	"slices"
	"strings"
	"testing"
	"time"

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

// The name of a drawing is one text, in which no part can be marked as of another language.
func TestADrawingHoldsNoTextInAnotherLanguage(t *testing.T) {
	scale := ui.Scale{Max: 2, Lang: "fr", Bands: []ui.Band{{Label: "Seuil"}}}
	estimates := []ui.Estimate{{Label: "Santé", Level: "Seuil", Lang: "fr", Value: 1, Low: 1, High: 1}, {Label: "Données", Lang: "fr", None: true}, {Label: "Réseau", Lang: "fr", None: true}}
	page := render(t, i18n.English, ui.Radar(ui.RadarProps{ID: "r", Title: "Domains", Scale: scale, Axes: estimates})) +
		render(t, i18n.English, ui.Bars(ui.BarsProps{ID: "b", Title: "Skills", Scale: scale, Bars: estimates}))
	named := 0
	for _, node := range parse(t, page).nodes {
		if node.Data != "svg" {
			continue
		}
		for _, french := range []string{"Santé", "Seuil", "Données"} {
			if strings.Contains(words(node), french) {
				t.Errorf("a drawing says %q", french)
			}
		}
		if attr(node, "role") == "img" {
			named++
		} else if attr(node, "aria-hidden") != "true" {
			t.Error("a drawing is neither named nor decoration")
		}
	}
	if named != 1 {
		t.Errorf("%d drawings are named, want that of the radar", named)
	}
}

func TestTheDateOfAChartIsSaidOnceWhenItIsTheSameForAll(t *testing.T) {
	spring, autumn := time.Date(2027, 3, 12, 9, 0, 0, 0, time.UTC), time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		days         []time.Time // zero: not measured
		caption, bar int
	}{
		"one day":          {[]time.Time{spring, spring.Add(time.Hour), {}}, 1, 0},
		"two days":         {[]time.Time{spring, autumn, {}}, 0, 2},
		"nothing measured": {[]time.Time{{}, {}}, 0, 0},
	} {
		b := ui.BarsProps{ID: "b", Title: "T", Scale: ui.Scale{Max: 2}}
		for _, day := range c.days {
			b.Bars = append(b.Bars, ui.Estimate{Label: "L", Measured: day, None: day.IsZero(), Value: 1, Low: 1, High: 1})
		}
		caption, bar := 0, 0
		for _, node := range parse(t, render(t, i18n.French, ui.Bars(b))).nodes {
			switch {
			case node.Data == "figcaption":
				caption += strings.Count(words(node), "Mesures du")
			case attr(node, "class") == "g-estimate":
				bar += strings.Count(words(node), "mesuré le")
			}
		}
		if caption != c.caption || bar != c.bar {
			t.Errorf("%s: %d times in the caption and %d on bars, want %d and %d", name, caption, bar, c.caption, c.bar)
		}
	}
}

func TestTheTablesOfTwoChartsHaveTwoNames(t *testing.T) {
	page := ""
	for _, title := range []string{"Domaines", "Compétences"} {
		page += render(t, i18n.French, ui.Bars(ui.BarsProps{ID: title, Title: title, Scale: ui.Scale{Max: 2}, Bars: []ui.Estimate{{Label: "L", None: true}}}))
	}
	names := map[string]bool{}
	for _, node := range parse(t, page).nodes {
		if node.Data == "summary" {
			names[words(node)] = true
		}
	}
	if len(names) != 2 {
		t.Errorf("the tables are named %v", names)
	}
}

func TestAStepSaysItsPositionAndTheOneItWasMovedTo(t *testing.T) {
	items := []ui.OrderItem{{ID: "a", Label: "A"}, {ID: "b", Label: "B"}, {ID: "c", Label: "C"}}
	for moved, want := range map[string]string{"": "", "down:b": "Étape déplacée en position 2 sur 3.", "up:a": "Étape déplacée en position 1 sur 3."} {
		doc, status := parse(t, render(t, i18n.French, ui.OrderList(ui.OrderProps{Name: "o", Label: "Ordre", Moved: moved, Items: items}))), ""
		for _, node := range doc.nodes {
			if attr(node, "role") == "status" {
				status += words(node)
			}
			if node.Data == "button" && doc.ids[attr(node, "aria-describedby")] != 1 {
				t.Error("a button is not described by the position of its item")
			}
			if attr(node, "id") == "o-place-b" && words(node) != "Position 2 sur 3\u00a0:" {
				t.Errorf("the second step is at %q", words(node))
			}
		}
		if status != want {
			t.Errorf("after %q the status is %q, want %q", moved, status, want)
		}
	}
}

func TestPaperSaysWhoseItIsAndOfWhichDay(t *testing.T) {
	day := time.Date(2027, 3, 12, 9, 0, 0, 0, time.UTC)
	for want, page := range map[string]ui.Page{
		"Camille · 12\u00a0mars 2027": {Title: "x", User: ui.User{Name: "Camille", Href: "/compte"}, At: day},
		"Camille":                     {Title: "x", User: ui.User{Name: "Camille", Href: "/compte"}},
		"12\u00a0mars 2027":           {Title: "x", At: day},
		"":                            {Title: "x"},
	} {
		got := ""
		for _, node := range parse(t, render(t, i18n.French, ui.Shell(page))).nodes {
			if attr(node, "class") == "g-printed" {
				got = words(node)
			}
		}
		if got != want {
			t.Errorf("printed %q, want %q", got, want)
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
