package pages_test

import (
	"context"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
	"galien/internal/platform/ui/pages"
)

func render(t *testing.T, lang i18n.Lang, c templ.Component) string {
	t.Helper()
	var out strings.Builder
	if err := c.Render(i18n.With(context.Background(), lang), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func operator() pages.Operator {
	return pages.Operator{
		Name: "Université d'Exemple", Contact: "aide@example.org", Phone: "01 99 00 00 00", Address: "1 rue de l'Essai, 69000 Lyon",
		Director: "Alix Martin", DPO: "dpo@example.org", Host: "Hébergeur d'exemple", HostAddress: "2 rue du Test, 75000 Paris",
		SourceURL: "https://code.example.org/galien", Updated: time.Date(2026, time.November, 22, 9, 0, 0, 0, time.UTC),
	}
}

func TestEveryPageExistsInBothLanguagesWithItsHeading(t *testing.T) {
	for _, lang := range i18n.Langs() {
		for _, slug := range pages.Slugs() {
			html := render(t, lang, pages.Prose(slug, operator()))
			if len(html) < 400 || strings.Contains(html, "{{") || strings.Contains(html, "<h1") || strings.Contains(html, "raw HTML omitted") {
				t.Errorf("%s %s: %s", lang, slug, html)
			}
			title, lead := pages.Heading(i18n.With(context.Background(), lang), slug)
			if strings.HasPrefix(title, "pages.") || strings.HasPrefix(lead, "pages.") {
				t.Errorf("%s %s: %q, %q", lang, slug, title, lead)
			}
		}
	}
}

func TestBothLanguagesOfAPageHaveTheSameParts(t *testing.T) {
	parts := regexp.MustCompile(`(?m)^(#+|-|\|)|\{\{[^}]*\}\}`)
	for _, slug := range pages.Slugs() {
		var shape [2][]string
		for i, lang := range i18n.Langs() {
			text, err := os.ReadFile(string(lang) + "/" + string(slug) + ".md")
			if err != nil {
				t.Fatal(err)
			}
			shape[i] = parts.FindAllString(string(text), -1)
		}
		if fr, en := strings.Join(shape[0], " "), strings.Join(shape[1], " "); fr != en {
			t.Errorf("%s:\nfr %s\nen %s", slug, fr, en)
		}
	}
}

func TestEveryMarkdownFileIsAPage(t *testing.T) {
	for _, lang := range i18n.Langs() {
		files, err := fs.Glob(os.DirFS(string(lang)), "*.md")
		if err != nil || len(files) != len(pages.Slugs()) {
			t.Errorf("%s: %v, %v", lang, files, err)
		}
	}
}

func TestAFactThatTheOperatorLeftOutIsSaid(t *testing.T) {
	html := render(t, i18n.French, pages.Prose(pages.Legal, pages.Operator{}))
	if got := strings.Count(html, "à compléter par l’exploitant"); got != 6 {
		t.Errorf("said %d times in %s", got, html)
	}
}

func TestASentenceIsWholeWithoutWhatTheOperatorLeftOut(t *testing.T) {
	wants := map[pages.Slug]string{
		pages.Help: "Cette installation n’indique aucune adresse pour écrire.", pages.Privacy: "L’exploitant de ce service est responsable",
		pages.Accessibility: "Déclaration établie par l’équipe", pages.Source: "n’a pas encore indiqué où le code",
	}
	for slug, want := range wants {
		html := render(t, i18n.French, pages.Prose(slug, pages.Operator{}))
		if !strings.Contains(html, want) || strings.Contains(html, "à compléter") {
			t.Errorf("%s: no %q in %s", slug, want, html)
		}
	}
	if html := render(t, i18n.French, pages.Prose(pages.Accessibility, operator())); !strings.Contains(html, "établie le 22\u00a0novembre 2026 par") {
		t.Errorf("no date in %s", html)
	}
}

func TestWhatTheOperatorTypedStaysText(t *testing.T) {
	o := operator()
	o.Name, o.Address = `<script>x()</script> [a](javascript:x)`, "# not a heading\n- nor a list"
	o.SourceURL = `javascript:x()`
	html := render(t, i18n.English, pages.Prose(pages.Legal, o)) + render(t, i18n.English, pages.Prose(pages.Source, o))
	for _, bad := range []string{"<script", `href="javascript`, "<h1", "<li>nor a list"} {
		if strings.Contains(html, bad) {
			t.Errorf("%q in %s", bad, html)
		}
	}
	if !strings.Contains(html, "&lt;script&gt;x()&lt;/script&gt; [a](javascript:x)") {
		t.Errorf("the name is not shown as typed: %s", html)
	}
}

func TestAddressesAreLinks(t *testing.T) {
	html := render(t, i18n.French, pages.Prose(pages.Help, operator())) + render(t, i18n.French, pages.Prose(pages.Source, operator()))
	for _, want := range []string{`href="mailto:aide@example.org"`, `href="https://code.example.org/galien"`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestAccessibilityStatementSaysThatNoAuditWasMade(t *testing.T) {
	for lang, want := range map[i18n.Lang]string{i18n.French: "pas encore été audité", i18n.English: "not been audited yet"} {
		if html := render(t, lang, pages.Prose(pages.Accessibility, operator())); !strings.Contains(html, want) {
			t.Errorf("%s: no %q", lang, want)
		}
	}
}

func TestStatusSaysEachPartInWords(t *testing.T) {
	at := time.Date(2027, time.March, 12, 13, 5, 0, 0, time.UTC)
	html := render(t, i18n.French, pages.Status([]pages.Part{{"Enregistrer une réponse", pages.Works}, {"Courriels", pages.Down}}, at))
	for _, want := range []string{"Fonctionne", "En panne", "Vérifié le 12\u00a0mars 2027", "UTC+1"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q", want)
		}
	}
	if html := render(t, i18n.French, pages.Status(nil, at)); !strings.Contains(html, "pas encore été mesuré") || strings.Contains(html, "Vérifié le") {
		t.Error(html)
	}
}

func TestSiteMapListsItsLinks(t *testing.T) {
	html := render(t, i18n.French, pages.SiteMap([]pages.LinkGroup{{Title: "Service", Links: []ui.Link{{Label: "Aide", Href: "/aide"}}}}))
	if !strings.Contains(html, `<a href="/aide">Aide</a>`) || !strings.Contains(html, "<h2>Service</h2>") {
		t.Error(html)
	}
}

func TestSecurityTxtHasWhatTheRFCWants(t *testing.T) {
	expires := time.Date(2027, time.March, 1, 0, 0, 0, 5, time.UTC)
	o := operator()
	o.BaseURL = "https://galien.example.org"
	want := "Contact: mailto:aide@example.org\nExpires: 2027-03-01T00:00:00Z\nPreferred-Languages: fr, en\n" +
		"Canonical: https://galien.example.org/.well-known/security.txt\n"
	if got, ok := pages.SecurityTxt(o, expires); got != want || !ok {
		t.Errorf("got\n%s", got)
	}
	o.Security = "https://example.org/report"
	if got, _ := pages.SecurityTxt(o, expires); !strings.HasPrefix(got, "Contact: https://example.org/report\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestWithoutAnAddressNobodyIsSentToOne(t *testing.T) {
	if text, ok := pages.SecurityTxt(pages.Operator{BaseURL: "https://galien.example.org"}, time.Time{}); ok || text != "" {
		t.Errorf("security.txt says\n%s", text)
	}
	wants := map[pages.Slug][2]string{
		pages.Source: {"/.well-known/security.txt", "cette installation n’indique aucune adresse"},
		pages.Help:   {"écrivez-nous", "n’indique aucune adresse pour écrire"},
	}
	for slug, want := range wants {
		with, without := render(t, i18n.French, pages.Prose(slug, operator())), render(t, i18n.French, pages.Prose(slug, pages.Operator{}))
		if !strings.Contains(with, want[0]) || strings.Contains(without, want[0]) || !strings.Contains(without, want[1]) {
			t.Errorf("%s: with an address\n%s\nwithout\n%s", slug, with, without)
		}
	}
}
