package assessweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"galien/internal/assess/assessweb"
	"galien/internal/item"
)

// start begins a positioning from the home page, without an account.
func (b *browser) start(scope string) {
	b.t.Helper()
	b.get("/")
	action, form := b.form(assessweb.StartPath, "")
	form.Set("domaine", scope)
	b.post(action, form)
	if b.status != http.StatusOK || !strings.HasPrefix(b.path, "/epreuves/") {
		b.t.Fatalf("a positioning starts at %s with %d:\n%s", b.path, b.status, b.text)
	}
}

// question names the question on the screen; kind is its type, by the fields of its form.
func (b *browser) question() (name string, kind item.Type) {
	b.t.Helper()
	_, form := b.form("/reponse", "")
	switch {
	case form.Has("etape"):
		kind = item.Order
	case form.Has("texte"):
		kind = item.Text
	case form.Has("ligne.1"):
		kind = item.Match
	case len(b.find("input", "type", "checkbox")) > 0:
		kind = item.Multiple
	default:
		kind = item.Single
	}
	return form.Get("item"), kind
}

func (b *browser) kind() item.Type { _, kind := b.question(); return kind }

func (b *browser) inWorld() bool { return len(b.find("div", "class", "g-desktop")) > 0 }

func (b *browser) over() bool { return strings.HasSuffix(b.path, "/resultat") }

// answersPath is where the answers of the attempt that is over are explained.
func (b *browser) answersPath() string { return strings.TrimSuffix(b.path, "/resultat") + "/reponses" }

// something fills the form of the question with an answer of its type: the first that can be given.
func something(kind item.Type, form url.Values) {
	switch kind {
	case item.Single, item.Multiple:
		form.Set("choix", "1")
	case item.Text:
		form.Set("texte", "messagerie sécurisée")
	case item.Match:
		for name := range form {
			if strings.HasPrefix(name, "ligne.") {
				form.Set(name, "1")
			}
		}
	}
}

// step gives one answer, or plays a few acts and ends the situation.
func (b *browser) step() {
	b.t.Helper()
	if !b.inWorld() {
		action, form := b.form("/reponse", "")
		something(b.kind(), form)
		b.post(action, form)
		return
	}
	action, form := b.form("/acte", "mail.open:m2")
	form.Set("do", "mail.open:m2")
	b.post(action, form)
	root, _, _ := strings.Cut(b.path, "?")
	b.get(root + "?fenetre=fin")
	action, form = b.form("/acte", "finish")
	form.Set("do", "finish")
	b.post(action, form)
}

// reach goes on until a question of the type is on the screen; several people may have to try.
func reach(t *testing.T, s *site, kind item.Type) *browser {
	t.Helper()
	for range 20 {
		for scope := range 5 {
			b := s.browser(t)
			b.start(string(rune('1' + scope)))
			for range 12 {
				if b.over() {
					break
				}
				if !b.inWorld() && b.kind() == kind {
					return b
				}
				b.step()
			}
		}
	}
	t.Fatalf("no %s question in 100 positionings", kind)
	return nil
}
