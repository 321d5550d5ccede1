package assessweb

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"galien/content"
	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/item"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
)

func bank(t *testing.T) *item.Bank {
	t.Helper()
	const name = "frameworks/socle-ns-1.2022.yaml"
	data, err := fs.ReadFile(content.FS(), name)
	if err != nil {
		t.Fatal(err)
	}
	fw, err := framework.Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	b, err := item.Load(content.FS(), "items/socle-ns", fw)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// render shows an item's question in a language of the interface.
func render(t *testing.T, it *item.Item, lang i18n.Lang) *html.Node {
	t.Helper()
	var b bytes.Buffer
	v := questionView{Page: ui.Page{Title: "Question", Lang: lang}, Screen: assess.Screen{Item: it.ID, Seq: 7, Number: 2, AtMost: 32},
		Question: it.View(1, func(item.Image) string { return "/image" })}
	if err := questionPage(v).Render(i18n.With(t.Context(), lang), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// controls counts what can be filled, by tag or type; hidden fields by name.
func controls(doc *html.Node) map[string]int {
	out := map[string]int{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		a := map[string]string{}
		for _, at := range n.Attr {
			a[at.Key] = at.Val
		}
		switch {
		case n.Data == "input" && a["type"] == "hidden":
			out[a["name"]]++
		case n.Data == "input":
			out[a["type"]]++
		case n.Data == "select", n.Data == "legend", n.Data == "caption":
			out[n.Data]++
		case n.Data == "button" && a["name"] == ui.OrderMove:
			out["move"]++
		}
		if a["lang"] == "fr" && n.Data != "button" {
			out["french"]++
		}
	}
	return out
}

func TestEveryItemOfTheBankHasTheFormOfItsType(t *testing.T) {
	met := map[item.Type]bool{}
	for _, it := range bank(t).Items() {
		if it.Type == item.Scenario {
			continue
		}
		met[it.Type] = true
		c, v := controls(render(t, it, i18n.French)), it.View(1, nil)
		if c["seq"] != 1 || c["item"] != 1 {
			t.Errorf("%s: the form carries no number or no item: %v", it.ID, c)
		}
		ok := false
		switch it.Type {
		case item.Single:
			ok = c["radio"] == len(v.Options) && c["legend"] == 1
		case item.Multiple:
			ok = c["checkbox"] == len(v.Options) && c["legend"] == 1
		case item.Text:
			ok = c["text"] == 1
		case item.Order:
			ok = c[fieldStep] == len(v.Steps) && c["move"] == 2*len(v.Steps)-2
		case item.Match:
			ok = c["select"] == len(v.Rows) && c["caption"] == 1
		}
		if !ok {
			t.Errorf("%s (%s): %v", it.ID, it.Type, c)
		}
	}
	for _, kind := range []item.Type{item.Single, item.Multiple, item.Text, item.Order, item.Match} {
		if !met[kind] {
			t.Errorf("the bank has no %s: its form is not tested", kind)
		}
	}
}

func TestAQuestionInAnotherLanguageThanThePageSaysSo(t *testing.T) {
	for _, it := range bank(t).Items() {
		if it.Type == item.Scenario {
			continue
		}
		if n := controls(render(t, it, i18n.English))["french"]; n < 2 {
			t.Errorf("%s: %d parts are marked as French on an English page", it.ID, n)
		}
	}
}

func TestReadResponseReadsOnlyWhatWasGiven(t *testing.T) {
	for form, want := range map[string]item.Response{
		"choix=2&choix=1":                     {Choices: []string{"2", "1"}},
		"texte=RPPS":                          {Text: "RPPS"},
		"etape=3&etape=1&etape=2":             {Order: []string{"3", "1", "2"}},
		"ligne.1=2&ligne.2=":                  {Match: map[string]string{"1": "2"}},
		"choix=1&texte=x&sais-pas=1&etape=1":  {},
		"ligne.1=&ligne.2=&texte=&seq=1&item": {},
	} {
		got := readResponse(query(t, form))
		g, err := got.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		w, err := want.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(g, w) {
			t.Errorf("%s: %s, want %s", form, g, w)
		}
	}
}

func TestReadActsTellsWhatChangedFromTheRequestAlone(t *testing.T) {
	const head = "remplir=form.fill&champs=a+b+c&cases=c&"
	for form, want := range map[string]string{
		"do=mail.open:m1":                        "mail.open:m1=",
		"do=mail.forward:m1&v=b3":                "mail.forward:m1=b3",
		head + "champ-a=x&avant-a=x&champ-b=":    "",
		head + "champ-a=y&avant-a=x&do=go":       "form.fill:a=y go=",
		head + "champ-a=&avant-a=x":              "form.fill:a=",
		head + "champ-c=on":                      "form.fill:c=on",
		head + "avant-c=on":                      "form.fill:c=off",
		head + "avant-c=off":                     "",
		head + "champ-a=1%0D%0A2&avant-a=1%0A2":  "",
		"remplir=mail.open&champs=m1&champ-m1=x": "",
	} {
		var got []string
		for _, a := range readActs(query(t, form)) {
			got = append(got, a.do+"="+a.value)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %q, want %q", form, s, want)
		}
	}
}
