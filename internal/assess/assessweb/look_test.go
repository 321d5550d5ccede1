package assessweb_test

import (
	"strings"
	"testing"

	"galien/internal/item"
	kit "galien/internal/testkit/browser"
)

// look checks a page as it is shown: accessible in light and dark, no sideways scroll at 320 px, no error of the browser. It
// keeps a picture of each for the eyes.
func look(t *testing.T, p *kit.Page, name string) {
	t.Helper()
	p.Axe(t)
	if scrolls, elements := p.HorizontalScroll(); scrolls {
		t.Errorf("%s: sideways scroll at 320 px: %v", name, elements)
	}
	p.Screenshot("positionnement/" + name + "-1280")
	p.Viewport(320, 800)
	p.Screenshot("positionnement/" + name + "-320")
	p.Viewport(1280, 900)
	p.Dark(true)
	p.Screenshot("positionnement/" + name + "-sombre") // the colours have changed by then
	p.Axe(t)
	p.Dark(false)
}

// heading is the page's title, which the script replaces with the page.
func heading(p *kit.Page) string {
	for _, e := range p.Elements("heading") {
		return e.Name
	}
	return ""
}

// goOn presses a button and waits for the next page, which the script fetches.
func goOn(t *testing.T, p *kit.Page, button string) {
	t.Helper()
	before := heading(p)
	p.Click(button)
	for range 100 {
		if heading(p) != before {
			return
		}
		p.WaitText("Galien")
	}
	t.Fatalf("%q does not go on from %q", button, before)
}

func TestPagesInChromium(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no browser")
	}
	s, p := newSite(t), kit.Start(t).Page(t)
	p.Goto(s.url + "/")
	p.Click("Français")
	p.WaitText("Vos compétences numériques en santé")
	look(t, p, "01-accueil")
	p.Goto(s.url + "/positionnement?domaine=2")
	look(t, p, "02-choix")
	goOn(t, p, "Commencer mon positionnement")
	seen := map[string]bool{}
	for n := 0; strings.HasPrefix(heading(p), "Question"); n++ {
		if n > 40 {
			t.Fatal("no scenario")
		}
		kind := "choix"
		switch {
		case len(p.Elements("textbox")) > 0:
			kind = string(item.Text)
		case len(p.Elements("combobox")) > 0:
			kind = string(item.Match)
		case len(p.Elements("radio", "checkbox")) == 0:
			kind = string(item.Order)
		}
		if !seen[kind] {
			seen[kind] = true
			look(t, p, "03-"+kind)
		}
		goOn(t, p, "Je ne sais pas")
	}
	situation(t, p)
	for !strings.HasPrefix(heading(p), "Votre résultat") {
		goOn(t, p, "Je ne sais pas")
	}
	look(t, p, "20-resultat")
	for _, page := range []string{"/", "/mes-competences", "/mes-epreuves"} {
		p.Goto(s.url + page)
		look(t, p, "21-"+strings.ReplaceAll(page, "/", "x"))
	}
	for _, m := range p.Console() {
		if !strings.Contains(m.Text, "422") { // a form refused is no fault of the page
			t.Errorf("console: %v", m)
		}
	}
	for _, v := range p.CSPViolations() {
		t.Errorf("policy: %v", v)
	}
}

// situation goes through the windows of the simulated world and ends it.
func situation(t *testing.T, p *kit.Page) {
	t.Helper()
	look(t, p, "10-messagerie")
	clickStarting(t, p, "button", "Ouvrir Support DSI Valmirande")
	p.WaitText("L’opération prend moins d’une minute")
	if at := p.Focused(); !strings.HasPrefix(at.Name, "Votre mot de passe") {
		t.Errorf("opening a message leaves the focus on %v", at)
	}
	p.Click("Voir l’adresse et les liens réels")
	p.WaitText("Adresse réelle")
	look(t, p, "11-message")
	p.Click("portail.ch-valmirande.example")
	p.WaitText("Confirmez votre compte")
	look(t, p, "12-navigateur")
	clickStarting(t, p, "link", "Bureau et téléphone")
	p.WaitText("Appelez quelqu’un")
	look(t, p, "13-bureau")
	clickStarting(t, p, "button", "Appeler Annuaire interne Support informatique")
	p.WaitText("Que puis-je faire pour vous")
	clickStarting(t, p, "button", "Demander si le support")
	p.WaitText("Nous ne demandons jamais")
	look(t, p, "14-appel")
	clickStarting(t, p, "link", "Fiche d'incident")
	p.WaitText("Nature de l’incident")
	p.Click("Envoyer la fiche")
	p.WaitText("points sont à corriger")
	look(t, p, "15-fiche")
	clickStarting(t, p, "link", "J'ai terminé")
	p.WaitText("Avez-vous terminé")
	look(t, p, "16-fin")
	goOn(t, p, "Terminer la mise en situation")
}

// clickStarting clicks the control whose name begins so.
func clickStarting(t *testing.T, p *kit.Page, role, start string) {
	t.Helper()
	for _, e := range p.Elements(role) {
		if strings.HasPrefix(e.Name, start) {
			p.ClickRole(role, e.Name)
			return
		}
	}
	t.Fatalf("no %s starts with %q: %v", role, start, p.Elements(role))
}
