package e2e

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"galien/internal/item"
	"galien/internal/testkit/checkout"
)

// TestTheFocusIsSeenAndGoesInTheOrderOfThePage walks through pages with Tab. Each control in its turn must take the focus
// and change at least as many pixels as a line of one pixel around the smallest target would (WCAG 2.2, 2.4.3, 2.4.7 and
// 2.5.8).
func TestTheFocusIsSeenAndGoesInTheOrderOfThePage(t *testing.T) {
	s, b := visit(t)
	who := newAccount("Clavier Essai")
	s.register(t, who)
	p := s.visitor(t, b)
	p.signIn(who)
	p.Click(p.say("assess.start.do"))
	question := p.path()
	p.open("/positionnement?domaine=2")
	p.Click(p.say("assess.start.do"))
	for turn := 0; p.screen() != item.Scenario; turn++ {
		p.answer(p.screen(), turn)
	}
	mailbox := p.path()
	for _, path := range []string{"/positionnement", "/compte", question, mailbox} {
		p.open(path)
		p.walk()
	}
	p.Dark(true)
	p.open(mailbox)
	p.walk()
	p.Quiet(t)
}

// leastRing is the perimeter of a target of 24 × 24 pixels.
const leastRing = 4 * 24

// walk goes through the page with Tab, from its top to its end.
func (p *person) walk() {
	p.t.Helper()
	order := controls(parse(p.t, p.HTML()))
	rest := p.picture()
	left := p.stops()
	at := -1
	for range mostTabs {
		p.Press("Tab")
		now := p.Focused()
		if now.Role == "" || now.Role == "RootWebArea" {
			if len(left) > 0 {
				p.t.Errorf("%s: the keyboard does not reach %v", p, left)
			}
			return
		}
		delete(left, now.String())
		next := at + 1
		for next < len(order) && order[next] != now.Name {
			next++
		}
		if next >= len(order) {
			p.t.Errorf("%s: after «%s» the focus goes to %s, out of the order of the page: %q", p, order[max(at, 0)], now, order)
			return
		}
		at = next
		if n := changed(rest, p.picture()); n < leastRing {
			p.t.Errorf("%s: the focus on %s changes %d pixels only, want %d at least", p, now, n, leastRing)
		}
	}
	p.t.Errorf("%s: %d Tabs do not lead to the end of the page", p, mostTabs)
}

// stops is what the keyboard has to reach. A group of radio buttons is one stop, on whichever of them: they are left out.
func (p *person) stops() map[string]bool {
	p.t.Helper()
	list := map[string]bool{}
	for _, e := range p.Elements("link", "button", "checkbox", "textbox", "combobox", "DisclosureTriangle") {
		if !e.Disabled {
			list[e.String()] = true
		}
	}
	return list
}

// controls lists the accessible names of what can take the focus, in the order of the document.
func controls(doc *html.Node) []string {
	labels, byID := map[string]string{}, map[string]string{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "label" {
			labels[attribute(n, "for")] = text(n)
		}
		if id := attribute(n, "id"); id != "" {
			byID[id] = text(n)
		}
	}
	var names []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "a", "button", "summary":
			names = append(names, text(n))
		case "input", "select", "textarea":
			name := labels[attribute(n, "id")]
			for _, id := range strings.Fields(attribute(n, "aria-labelledby")) {
				name = strings.TrimSpace(name + " " + byID[id])
			}
			for up := n.Parent; name == "" && up != nil; up = up.Parent {
				if up.Data == "label" {
					name = text(up)
				}
			}
			names = append(names, name)
		}
	}
	return names
}

// picture takes the whole page as it looks now.
func (p *person) picture() *image.NRGBA {
	p.t.Helper()
	p.Screenshot("focus/now")
	root, err := checkout.Root()
	if err != nil {
		p.t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(root, "artifacts", "screenshots", "focus", "now.png"))
	if err != nil {
		p.t.Fatal(err)
	}
	decoded, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		p.t.Fatal(err)
	}
	picture := image.NewNRGBA(decoded.Bounds())
	draw.Draw(picture, picture.Rect, decoded, picture.Rect.Min, draw.Src)
	return picture
}

// changed counts the pixels that differ between two pictures; rows that only one of them has differ whole.
func changed(a, b *image.NRGBA) int {
	if a.Rect.Dx() != b.Rect.Dx() {
		return a.Rect.Dx() * a.Rect.Dy()
	}
	rows := min(a.Rect.Dy(), b.Rect.Dy())
	n := a.Rect.Dx() * (max(a.Rect.Dy(), b.Rect.Dy()) - rows)
	for i := 0; i < rows*a.Stride; i += 4 {
		if [4]byte(a.Pix[i:i+4]) != [4]byte(b.Pix[i:i+4]) {
			n++
		}
	}
	return n
}
