package learner

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"galien/internal/item"
)

func page(form string) []byte {
	return []byte(`<!doctype html><html><body><form action="/preferences"><input name="seq" value="99"></form><main>` + form +
		`</main><form action="/x/reponse"><input name="seq" value="98"></form></body></html>`)
}

const common = `<input type="hidden" name="seq" value="7"><input type="hidden" name="item" value="abc">`

func TestTheFormsOfAPageGiveAnAnswerThatTheyAllow(t *testing.T) {
	for name, c := range map[string]struct {
		form   string
		allows func(r item.Response) bool
	}{
		"single": {`<input type="radio" name="choix" value="1"><input type="radio" name="choix" value="2">`,
			func(r item.Response) bool { return len(r.Choices) == 1 }},
		"multiple": {`<input type="checkbox" name="choix" value="1"><input type="checkbox" name="choix" value="2">`,
			func(r item.Response) bool { return len(r.Choices) >= 1 && len(r.Choices) <= 2 }},
		"text":  {`<input type="text" name="texte">`, func(r item.Response) bool { return r.Text != "" }},
		"order": {`<input type="hidden" name="etape" value="1"><input type="hidden" name="etape" value="2">`, func(r item.Response) bool { return len(r.Order) == 2 }},
		"match": {`<select name="ligne.1"><option value="">–</option><option value="1">a</option></select><select name="ligne.2"><option value="2">b</option></select>`,
			func(r item.Response) bool { return cmp.Equal(r.Match, map[string]string{"1": "1", "2": "2"}) }},
	} {
		t.Run(name, func(t *testing.T) {
			sc, err := parse(page(`<form action="/epreuves/x/reponse">` + common + c.form + `</form>`))
			if err != nil {
				t.Fatal(err)
			}
			if sc.Seq != 7 || sc.Item != "abc" {
				t.Fatalf("read number %d of %q, want 7 of abc", sc.Seq, sc.Item)
			}
			answered := 0
			for seed := range uint64(40) {
				a := New("", nil, seed).Choose(sc)
				if a.Response.Skipped() {
					continue
				}
				answered++
				if !c.allows(a.Response) || a.door() != "/reponse" {
					t.Fatalf("answers %+v", a)
				}
			}
			if answered < 20 {
				t.Errorf("answers %d times of 40", answered)
			}
		})
	}
}

func TestAScenarioIsAnsweredByActs(t *testing.T) {
	sc, err := parse(page(`<form action="/epreuves/x/acte"><input name="seq" value="3"><button name="do" value="mail.open:m1">x</button>` +
		`<button name="do" value="mail.delete:m1">x</button></form>`))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for seed := range uint64(40) {
		a := New("", nil, seed).Choose(sc)
		seen[a.Act] = true
		if diff := cmp.Diff(url.Values{"seq": {"3"}, "do": {a.Act}}, a.values()); diff != "" || a.door() != "/acte" {
			t.Fatal(a, diff)
		}
	}
	if !cmp.Equal(seen, map[string]bool{"mail.open:m1": true, "finish": true}) {
		t.Errorf("acts %v", seen)
	}
}

func TestAPageOnWhichNothingCanBeAnsweredIsRefused(t *testing.T) {
	for _, text := range []string{"", "<main></main>", `<main><form action="/a/reponse"><input name="seq" value="x"></form></main>`,
		`<main><form action="/a/reponse"><input name="seq" value="1"></form></main>`} {
		if sc, err := parse([]byte(text)); err == nil {
			t.Errorf("%s gives %+v", text, sc)
		}
	}
}

func TestTheSameSeedGivesTheSameAnswer(t *testing.T) {
	text := page(`<form action="/epreuves/x/reponse">` + common + strings.Repeat(`<input type="checkbox" name="choix" value="1">`, 5) + `</form>`)
	var all []url.Values
	for range 2 {
		sc, err := parse(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, New("", nil, 5).Choose(sc).values())
	}
	if diff := cmp.Diff(all[0], all[1]); diff != "" {
		t.Error(diff)
	}
}
