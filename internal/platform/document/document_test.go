package document_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"galien/internal/platform/document"
	"galien/internal/platform/i18n"
)

func sample() *document.Document {
	d := &document.Document{Title: "Rapport d’essai", Subtitle: "Banque « exemple »", Made: time.Date(2027, 3, 12, 14, 5, 0, 0, time.UTC)}
	var curve, band []document.Point
	for x := -3.0; x <= 3; x += 0.25 {
		y := 1 / math.Sqrt(1+4*math.Exp(-x*x/2))
		curve = append(curve, document.Point{X: x, Y: y})
		band = append(band, document.Point{X: x, Low: y - 0.1, High: y + 0.1})
	}
	dots := []document.Point{{X: -1, Y: 0.6, Low: 0.5, High: 0.72, Name: "item-7"}, {X: 1.5, Y: 0.8, Name: "item-9"}, {X: 2, Y: math.NaN(), Name: "item-10"}}
	d.Add(
		document.Heading{Level: 2, Text: "Précision"},
		document.Paragraph{Text: strings.Repeat("L’erreur type reste sous 0,35 de −2 à 2 ; au-delà, elle croît. ", 8)},
		document.Facts{Facts: []document.Fact{{"Personnes", "210 000"}, {"Durée de calcul", "4 min"}}},
		document.Figure{ID: "precision", Caption: "Erreur type selon le niveau θ", Note: "La bande couvre neuf simulations sur dix.",
			Plot: document.Plot{X: document.Axis{Label: "Niveau θ (logits)", Decimals: 2}, Y: document.Axis{Label: "Erreur type", Decimals: 3},
				Series: []document.Series{{Label: "Attendue", Kind: document.Line, Points: curve}, {Label: "Mesurée", Kind: document.Dots, Points: dots},
					{Label: "Neuf sur dix", Kind: document.Band, Points: band}}}},
		document.Heading{Level: 3, Text: "Items"},
	)
	t := document.Table{Caption: "Items de la banque", Columns: []document.Column{{"Item", false}, {"Énoncé", false}, {"Pente", true}, {"Difficulté", true}}}
	for i := range 90 {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("item-%d", i), strings.Repeat("Une situation courante d’un service. ", 1+i%3), "1,20", "−0,35"})
	}
	d.Add(t)
	bars := make([]document.Point, 12)
	for i := range bars {
		bars[i] = document.Point{X: float64(i) / 10, Y: float64(i * (12 - i))}
	}
	d.Add(document.Figure{ID: "exposure", Caption: "Exposition", Plot: document.Plot{X: document.Axis{Label: "Taux"}, Y: document.Axis{Label: "Items"},
		Series: []document.Series{{Label: "Items", Kind: document.Bars, Points: bars}}}})
	return d
}

func french(t *testing.T) context.Context {
	t.Helper()
	return i18n.With(t.Context(), i18n.French)
}

// write renders a document, and keeps it in the folder of GALIEN_DOCUMENTS for a person to look at.
func write(t *testing.T, name string, f func(context.Context, *bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f(french(t), &b); err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("GALIEN_DOCUMENTS"); dir != "" {
		if err := os.WriteFile(dir+"/"+name, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func TestAFileNeedsNothingBesideIt(t *testing.T) {
	text := write(t, "sample.html", func(ctx context.Context, b *bytes.Buffer) error { return sample().WriteHTML(ctx, b) })
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		for _, a := range n.Attr {
			if a.Key == "src" || a.Key == "href" {
				t.Errorf("<%s %s=%q> asks for something else", n.Data, a.Key, a.Val)
			}
		}
	}
	want := map[string]int{"h1": 1, "h2": 1, "h3": 1, "figure": 2, "dl": 1, "table": 3, "script": 0, "link": 0}
	for name, n := range want {
		if count[name] != n {
			t.Errorf("%d <%s>, want %d", count[name], name, n)
		}
	}
	if strings.Contains(string(text), "NaN") {
		t.Error("a value that is no number is written")
	}
}

func TestAPDFIsTheSameEachTime(t *testing.T) {
	pdf := func() []byte {
		return write(t, "sample.pdf", func(ctx context.Context, b *bytes.Buffer) error { return sample().WritePDF(ctx, b) })
	}
	first := pdf()
	if !bytes.HasPrefix(first, []byte("%PDF-1.")) || !bytes.Contains(first, []byte("/Lang (fr")) {
		t.Errorf("not a PDF in French: %.20q", first)
	}
	if !bytes.Equal(first, pdf()) {
		t.Error("two writings of one document differ")
	}
}

func TestAnEmptyPlotIsDrawn(t *testing.T) {
	d := &document.Document{Title: "Vide"}
	nan := math.NaN()
	d.Add(document.Figure{ID: "none", Caption: "Rien", Plot: document.Plot{}},
		document.Figure{ID: "one", Caption: "Un point", Plot: document.Plot{Diagonal: true,
			Series: []document.Series{{Kind: document.Bars, Points: []document.Point{{X: 2, Y: 2}}}, {Points: []document.Point{{X: nan, Y: math.Inf(1)}}}}}},
		document.Table{Caption: "Sans ligne"})
	for name, f := range map[string]func(context.Context, *bytes.Buffer) error{
		"html": func(ctx context.Context, b *bytes.Buffer) error { return d.WriteHTML(ctx, b) },
		"pdf":  func(ctx context.Context, b *bytes.Buffer) error { return d.WritePDF(ctx, b) },
	} {
		if text := write(t, "empty."+name, f); bytes.Contains(text, []byte("NaN")) || bytes.Contains(text, []byte("+Inf")) {
			t.Errorf("%s draws what is no number", name)
		}
	}
}

func TestAFileNameIsPlain(t *testing.T) {
	d := document.Document{Title: "Étude n° 3 : banque « cœur »"}
	if got, want := d.Filename("pdf"), "etude-n-3-banque-coeur.pdf"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A table leads into the site from a page, and nowhere from a file.
func TestAFileHasNoLinks(t *testing.T) {
	d := &document.Document{Title: "Liens"}
	d.Add(document.Table{Caption: "Un", Columns: []document.Column{{Label: "Nom"}}, Rows: [][]string{{"un"}, {"deux"}}, Links: []string{"/un"}})
	var page bytes.Buffer
	if err := document.Body(d).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(page.String(), "<a href="); n != 1 {
		t.Errorf("%d links in the page, want 1", n)
	}
	file := write(t, "links.html", func(ctx context.Context, b *bytes.Buffer) error { return d.WriteHTML(ctx, b) })
	if bytes.Contains(file, []byte("/un")) || len(d.Blocks[0].(document.Table).Links) != 1 {
		t.Error("the file has a link, or the document has lost it")
	}
}
