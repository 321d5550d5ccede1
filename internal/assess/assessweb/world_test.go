package assessweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"galien/internal/scenario"
)

func htmlEscaped(s string) string { return html.EscapeString(s) }

// stateOf is a scenario where nothing was done.
func stateOf() scenario.State { return scenario.State{} }

// inScenario goes on until the simulated world is on the screen.
func inScenario(t *testing.T) *browser {
	t.Helper()
	b := newSite(t).browser(t)
	b.start("2")
	for range 12 {
		if b.inWorld() {
			return b
		}
		b.step()
	}
	t.Fatal("no scenario in the domain")
	return nil
}

func (b *browser) root() string { return strings.SplitN(b.path, "?", 2)[0] }

// press sends the form that has the button, with more fields.
func (b *browser) press(do string, more ...string) {
	b.t.Helper()
	action, form := b.form("/acte", do)
	form.Set("do", do)
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	b.post(action, form)
}

func TestTheMailboxIsReadInspectedAndSorted(t *testing.T) {
	b := inScenario(t)
	if b.shows("portail.ch-valmirande.example") || !b.shows("7 non lus") {
		t.Error("the first screen shows a text that is not opened, or no number of unread messages")
	}
	b.press("mail.open:m2")
	if !b.shows("votre mot de passe expire ce matin") || b.shows("support@ch-valmirande.portail-acces.example") || !b.shows("6 non lus") {
		t.Fatalf("opening a message shows:\n%s", b.text)
	}
	b.press("mail.inspect:m2")
	if !b.shows("support@ch-valmirande.portail-acces.example") || !b.shows("https://ch-valmirande.portail-acces.example/connexion") {
		t.Error("inspecting a message does not show its addresses")
	}
	b.press("mail.report:m2")
	if !b.shows("Le message est signalé") || !b.shows("Signalé") {
		t.Error("reporting a message is not said")
	}
	b.press("mail.forward:m2", "v", "b3")
	if !b.shows("Le message est transféré") || len(b.find("ul", "class", "g-bullets")) != 1 || textOf(b.find("ul", "class", "g-bullets")[0]) != "Support informatique" {
		t.Errorf("forwarding is not shown:\n%s", b.text)
	}
	b.get(b.root() + "?fenetre=w1")
	b.press("mail.open:m3")
	b.press("mail.reply:r2")
	if !b.shows("La réponse est envoyée") || !b.shows("Appelle le 4000") || len(b.find("input", "type", "radio")) != 0 {
		t.Error("the reply is not shown")
	}
	b.press("mail.delete:m3")
	if !b.shows("Supprimé") {
		t.Error("deleting is not said")
	}
	for _, a := range b.find("a", "href", "") {
		if href := attr(a, "href"); strings.Contains(href, ".example") {
			t.Errorf("an address of the world can be followed: %s", href)
		}
	}
}

func TestTheBrowserShowsItsAddressAsTextAndKeepsNoSecret(t *testing.T) {
	b := inScenario(t)
	b.press("mail.open:m2")
	b.press("mail.link:l1")
	if len(b.find("p", "class", "g-address")) != 1 || !b.shows("https://ch-valmirande.portail-acces.example/connexion") {
		t.Fatalf("following a link shows:\n%s", b.text)
	}
	secret := b.find("input", "type", "password")
	if len(secret) != 1 || attr(secret[0], "autocomplete") != "off" {
		t.Fatal("the secret is not a password field that browsers leave alone")
	}
	b.press("browser.submit:p2", "champ-f2", "hunter2")
	if b.status != http.StatusUnprocessableEntity || !b.shows("Complétez « Identifiant ».") || !b.shows("Déjà saisi") || strings.Contains(b.text, "hunter2") {
		t.Fatalf("a page with a missing field shows %d:\n%s", b.status, b.text)
	}
	b.press("browser.submit:p2", "champ-f1", "c.aubrac")
	if !b.shows("Votre compte est confirmé") || !b.shows("Formulaire envoyé") || len(b.find("div", "class", "g-alert g-tone-info")) != 1 {
		t.Errorf("the page sent shows:\n%s", b.text)
	}
	b.press("browser.close")
	if !b.shows("aucune page ouverte") {
		t.Error("the page is not closed")
	}
}

func TestTheDeskAnswersWhatIsAsked(t *testing.T) {
	b := inScenario(t)
	b.get(b.root() + "?fenetre=w3")
	b.press("desk.call:c2")
	if !b.shows("Docteure Salomé Ritter") {
		t.Fatalf("a call shows:\n%s", b.text)
	}
	b.get(b.root() + "?fenetre=w3")
	b.press("desk.read:d1")
	if !b.shows("lot K7R204 : 6 ampoules") {
		t.Error("a paper is not shown")
	}
	b.get(b.root() + "?fenetre=w3&objet=n1")
	b.press("desk.note:n1", "v", " ")
	if b.status != http.StatusUnprocessableEntity || !b.shows("écrivez quelque chose") || b.shows("La note est transmise") {
		t.Errorf("an empty note gives %d", b.status)
	}
	b.press("desk.note:n1", "v", "Lot isolé")
	if !b.shows("La note est transmise") || len(b.find("textarea", "name", "v")) != 1 || textOf(b.find("textarea", "name", "v")[0]) != "Lot isolé" {
		t.Error("the note is not kept")
	}
}

func TestAFormIsKeptThenSentOnceWhole(t *testing.T) {
	b := inScenario(t)
	b.get(b.root() + "?fenetre=w5")
	action, form := b.form("/acte", "form.submit:w5")
	form.Set("champ-f7", "K7R204")
	b.post(action, form)
	if !b.shows("La saisie est gardée") || !b.shows("à envoyer") {
		t.Fatalf("a form kept shows:\n%s", b.text)
	}
	b.press("form.submit:w5")
	if b.status != http.StatusUnprocessableEntity || len(b.find("a", "href", "#champ-f8")) != 1 {
		t.Fatalf("a form with a missing field gives %d", b.status)
	}
	_, form = b.form("/acte", "form.submit:w5")
	if form.Get("champ-f7") != "K7R204" {
		t.Error("what was kept is lost")
	}
	form.Set("champ-f8", "6")
	form.Set("champ-f9", "o12")
	form.Set("do", "form.submit:w5")
	b.post(action, form)
	first := b.text
	if !b.shows("Le formulaire est envoyé") {
		t.Fatalf("a form sent shows %d:\n%s", b.status, b.text)
	}
	b.post(action, form)
	if b.status != http.StatusOK || b.text != first {
		t.Errorf("the same form sent twice: %d %s", b.status, b.path)
	}
}

func TestARefusedActIsSaidAndAStaleActIsCalm(t *testing.T) {
	b := inScenario(t)
	stale := b.tab()
	stale.get(b.path)
	action, form := stale.form("/acte", "mail.open:m1")
	b.press("mail.open:m2")
	form.Set("do", "mail.open:m1")
	stale.post(action, form)
	if stale.status != http.StatusConflict || !stale.shows("Cette action n'a pas été faite") {
		t.Errorf("a stale act shows %d:\n%s", stale.status, stale.text)
	}
	_, form = b.form("/acte", "mail.report:m2")
	for do, want := range map[string]string{"mail.inspect:m1": "Cette action n'est pas encore possible", "mail.fly:m1": "Cette action n'existe pas", "": "Rien n'est choisi"} {
		form.Set("do", do)
		b.post(action, form)
		if b.status != http.StatusUnprocessableEntity || !b.shows(want) {
			t.Errorf("%q: %d, want %q", do, b.status, want)
		}
	}
}

func TestTextTypedOnAStalePageIsKeptUntilItIsSaved(t *testing.T) {
	b := inScenario(t)
	b.get(b.root() + "?fenetre=w3&objet=n1")
	stale := b.tab()
	stale.get(b.path)
	action, form := stale.form("/acte", "desk.note:n1")
	b.get(b.root() + "?fenetre=w1")
	b.press("mail.open:m2")
	form.Set("v", "Lot isolé")
	stale.post(action, form)
	note := stale.find("textarea", "name", "v")
	if stale.status != http.StatusConflict || !stale.shows("Votre saisie n'est pas encore enregistrée") || len(note) != 1 || textOf(note[0]) != "Lot isolé" {
		t.Fatalf("a note on a stale page gives %d:\n%s", stale.status, stale.text)
	}
	action, form = stale.form("/acte", "desk.note:n1")
	for range 2 { // the second is a repetition
		stale.post(action, form)
		if stale.status != http.StatusOK || !stale.shows("La note est transmise") {
			t.Fatalf("the note sent again gives %d:\n%s", stale.status, stale.text)
		}
	}
}

func TestWhatWasSentIsShownBesideWhatCounted(t *testing.T) {
	b := inScenario(t)
	b.get(b.root() + "?fenetre=w5")
	action, form := b.form("/acte", "form.submit:w5")
	form.Set("champ-f7", "K7R240")
	form.Set("champ-f8", "6")
	form.Set("champ-f9", "o12")
	form.Set("do", "form.submit:w5")
	b.post(action, form)
	b.get(b.root() + "?fenetre=w3&objet=n1")
	b.press("desk.note:n1", "v", "Premier mot")
	b.press("desk.note:n1", "v", "Second mot")
	b.get(b.root())
	for !b.over() {
		b.step()
	}
	b.get(b.answersPath())
	for _, want := range []string{"Fait, mais autrement qu'attendu", "Points retenus : 2 sur 33.", "Donner à la pharmacie le numéro du lot retiré", "Une inversion de chiffres", "Non compté",
		"Ce que vous avez fait", "Formulaire envoyé : Formulaire de la pharmacie", "Ce que vous avez envoyé", "K7R240",
		"Note transmise à l'équipe : Premier mot", "Note transmise à l'équipe : Second mot"} {
		if !b.shows(want) {
			t.Errorf("the correction does not show %q", want)
		}
	}
}

func TestTheEndOfAScenarioIsConfirmedAndNamesWhatIsNotSent(t *testing.T) {
	b := inScenario(t)
	root := b.root()
	b.get(root + "?fenetre=w5")
	action, form := b.form("/acte", "form.submit:w5")
	form.Set("champ-f7", "K7R204")
	b.post(action, form)
	b.get(root + "?" + url.Values{"fenetre": {"fin"}}.Encode())
	if !b.shows("Avez-vous terminé") || !b.shows("Formulaire de la pharmacie") {
		t.Fatalf("the end shows:\n%s", b.text)
	}
	b.press("finish")
	if b.inWorld() || b.status != http.StatusOK {
		t.Errorf("after the end: %d %s", b.status, b.path)
	}
}
