package assessweb_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"galien/internal/item"
)

func TestTheSituationIsOpenWhenItIsFirstShownOnly(t *testing.T) {
	b := inScenario(t)
	open := func() bool {
		for _, a := range b.find("details", "class", "g-brief")[0].Attr {
			if a.Key == "open" {
				return true
			}
		}
		return false
	}
	if !open() {
		t.Error("the situation is folded when it is first shown")
	}
	tabs := b.find("a", "class", "g-tab")
	for _, tab := range tabs {
		if href := attr(tab, "href"); !strings.HasSuffix(href, "#fenetre") {
			t.Errorf("a tab leads to %s, not to its window", href)
		}
	}
	b.get(strings.TrimSuffix(attr(tabs[1], "href"), "#fenetre"))
	if open() {
		t.Error("another window unfolds the situation again")
	}
}

func TestWhatAnActDidIsSaidInsideTheWindow(t *testing.T) {
	b := inScenario(t)
	b.press("mail.open:m2")
	b.press("mail.report:m2")
	var said []*html.Node
	for _, n := range b.find("div", "role", "status") {
		if strings.Contains(textOf(n), "Le message est signalé") {
			said = append(said, n)
		}
	}
	if len(said) != 1 {
		t.Fatalf("said %d times, want once", len(said))
	}
	for up := range said[0].Ancestors() {
		if attr(up, "id") == "objet" {
			return
		}
	}
	t.Error("not said where the message is")
}

func TestAnOrderInWhichNothingMovedIsConfirmed(t *testing.T) {
	b := reach(t, newSite(t), item.Order)
	const ask = "Vous n’avez déplacé aucune étape"
	if len(b.find("details", "class", "g-confirm")) != 1 || !b.shows(ask) || !b.shows("Valider cet ordre tel quel") || !b.shows("Je ne sais pas") {
		t.Errorf("an order as chance made it is submitted at one press:\n%s", b.text)
	}
	action, form := b.form("/reponse", "")
	form.Set("move", "down:"+form["etape"][0])
	b.post(action, form)
	if len(b.find("details", "class", "g-confirm")) != 0 || b.shows(ask) || !b.shows("Étape déplacée en position 2 sur") {
		t.Errorf("after a move:\n%s", b.text)
	}
}
