package e2e

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"galien/internal/testkit/checkout"
)

// images asks for the pictures of the documentation to be written again.
var images = flag.Bool("images", false, "write docs/images from what the pages look like now")

// TestTheMainPagesAreKeptAsPictures writes what the ten main pages look like to artifacts/screenshots/pages, wide, narrow
// and dark: no rule sees an ugly page.
func TestTheMainPagesAreKeptAsPictures(t *testing.T) {
	s, b := visit(t)
	c := newCast(t, s, b)
	pages := []view{{name: "accueil", path: "/"}, {name: "connexion", path: "/connexion"}, {name: "positionnement", path: "/positionnement"},
		{name: "resultat", role: "learner", path: c.result}, {name: "competences", role: "learner", path: "/mes-competences"},
		{name: "compte", role: "learner", path: "/compte"}, {name: "organisation", role: "teacher", path: c.school},
		{name: "apprenant", role: "teacher", path: c.sheet}}
	for _, v := range c.screens {
		switch v.name {
		case "question-multiple", "question-match", "scenario-message", "scenario-appel", "scenario-fiche":
			pages = append(pages, v)
		}
	}
	for _, v := range pages {
		p := c.person(t, b, v.role)
		p.open(v.path)
		p.Screenshot("pages/" + v.name + "-1280")
		p.shown(func() { p.Dark(true) })
		p.Screenshot("pages/" + v.name + "-dark")
		p.Viewport(320, 800)
		p.shown(func() { p.Dark(false) })
		p.Screenshot("pages/" + v.name + "-320")
	}
	illustrate(t, "result", "resultat", 1230)
	illustrate(t, "mailbox", "scenario-message", 1000)
	illustrate(t, "learner", "apprenant", 1250)
}

// mostImage is what a picture of the documentation may weigh, in bytes.
const mostImage = 150_000

// illustrate makes a picture of the documentation of the top of a page, in its main colours.
func illustrate(t *testing.T, name, page string, height int) {
	t.Helper()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(root, "artifacts", "screenshots", "pages", page+"-1280.png"))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	top := image.Rect(0, 0, whole.Bounds().Dx(), min(height, whole.Bounds().Dy()))
	few := image.NewPaletted(top, mainColours(whole, top))
	draw.Draw(few, top, whole, whole.Bounds().Min, draw.Src)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, few); err != nil {
		t.Fatal(err)
	}
	if out.Len() > mostImage {
		t.Errorf("%s.png weighs %d bytes, want %d at most", name, out.Len(), mostImage)
	}
	if *images {
		if err := os.WriteFile(filepath.Join(root, "docs", "images", name+".png"), out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%s.png: %d bytes", name, out.Len())
}

// mainColours are the colours that a part of a picture has the most of. The others are shades at the edge of letters.
func mainColours(picture image.Image, part image.Rectangle) color.Palette {
	count := map[color.Color]int{}
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			count[picture.At(x, y)]++
		}
	}
	all := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int { return count[b] - count[a] })
	return color.Palette(all[:min(64, len(all))])
}
