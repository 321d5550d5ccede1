package ui_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"galien/assets"
	"galien/internal/platform/i18n"
	"galien/internal/platform/ui"
)

// document is a parsed page, with what the checks ask of it.
type document struct {
	nodes []*html.Node
	ids   map[string]int
}

func parse(t *testing.T, text string) document {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	doc := document{ids: map[string]int{}}
	for node := range root.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		doc.nodes = append(doc.nodes, node)
		if id := attr(node, "id"); id != "" {
			doc.ids[id]++
		}
	}
	return doc
}

func TestGalleryIsAccessibleByStructure(t *testing.T) {
	for _, lang := range i18n.Langs() {
		doc := parse(t, render(t, lang, ui.Gallery(ui.GalleryPage())))
		for _, problem := range slices.Concat(doc.duplicateIDs(), doc.brokenReferences(), doc.namelessControls(),
			doc.headings(), doc.forbidden(), doc.graphics(), doc.tables()) {
			t.Errorf("%s: %s", lang, problem)
		}
	}
}

// The heaviest page we have, everything compressed: a page may weigh 100 kB and make 12 requests.
func TestGalleryKeepsTheBudgetOfAPage(t *testing.T) {
	text := render(t, i18n.French, ui.Gallery(ui.GalleryPage()))
	weight, requests := compressed(t, []byte(text)), 1
	for _, url := range regexp.MustCompile(assets.Prefix+`[\w.]+`).FindAllString(text, -1) {
		content, err := fs.ReadFile(assets.Dist(), strings.TrimPrefix(url, assets.Prefix))
		if err != nil {
			t.Fatal(err)
		}
		weight, requests = weight+compressed(t, content), requests+1
	}
	t.Logf("%d bytes compressed, %d requests", weight, requests)
	if weight > 100_000 || requests > 12 {
		t.Errorf("%d bytes compressed, %d requests", weight, requests)
	}
}

func compressed(t *testing.T, content []byte) int {
	t.Helper()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Len()
}

func TestChecksFindWhatTheyLookFor(t *testing.T) {
	for text, check := range map[string]func(document) []string{
		`<p id="a"></p><p id="a"></p>`:                    document.duplicateIDs,
		`<input aria-describedby="nowhere">`:              document.brokenReferences,
		`<label for="nowhere">x</label>`:                  document.brokenReferences,
		`<a href="#nowhere">x</a>`:                        document.brokenReferences,
		`<input type="text" id="x">`:                      document.namelessControls,
		`<button></button>`:                               document.namelessControls,
		`<fieldset><p>x</p></fieldset>`:                   document.namelessControls,
		`<h1>a</h1><h3>b</h3>`:                            document.headings,
		`<h1>a</h1><h1>b</h1>`:                            document.headings,
		`<p style="color:red">x</p>`:                      document.forbidden,
		`<a href="/" onclick="x()">x</a>`:                 document.forbidden,
		`<script>x()</script>`:                            document.forbidden,
		`<svg><path d="M0 0"></path></svg>`:               document.graphics,
		`<svg role="img"><desc>x</desc></svg>`:            document.graphics,
		`<table><tr><th>a</th></tr></table>`:              document.tables,
		`<table><caption>c</caption><tr><th>a</table>`:    document.tables,
		`<main><h1 id="t">x</h1><p aria-labelledby="u">x`: document.brokenReferences,
	} {
		if len(check(parse(t, text))) == 0 {
			t.Errorf("nothing found in %s", text)
		}
	}
}

func (d document) duplicateIDs() (problems []string) {
	for _, id := range slices.Sorted(maps.Keys(d.ids)) {
		if d.ids[id] > 1 {
			problems = append(problems, "id used twice: "+id)
		}
	}
	return problems
}

// brokenReferences finds ARIA references, labels and links to an id that is not in the page; the gallery's canned
// links within a page («#domaine-1») are not navigation and are left out.
func (d document) brokenReferences() (problems []string) {
	for _, node := range d.nodes {
		for _, name := range []string{"aria-labelledby", "aria-describedby", "for", "form", "popovertarget"} {
			for _, id := range strings.Fields(attr(node, name)) {
				if d.ids[id] == 0 {
					problems = append(problems, fmt.Sprintf("<%s %s> refers to %q", node.Data, name, id))
				}
			}
		}
		if target, here := strings.CutPrefix(attr(node, "href"), "#"); here && d.ids[target] == 0 && !within(node, "g-gallery") {
			problems = append(problems, "link to "+target)
		}
	}
	return problems
}

func (d document) namelessControls() (problems []string) {
	labelled := map[string]bool{}
	for _, node := range d.nodes {
		if node.Data == "label" {
			labelled[attr(node, "for")] = strings.TrimSpace(words(node)) != ""
		}
	}
	for _, node := range d.nodes {
		named := attr(node, "aria-label") != "" || attr(node, "aria-labelledby") != ""
		switch node.Data {
		case "input", "select", "textarea":
			inLabel := ancestor(node, "label") != nil
			if attr(node, "type") != "hidden" && !named && !inLabel && !labelled[attr(node, "id")] {
				problems = append(problems, "control without a label: "+attr(node, "name"))
			}
		case "a", "button", "summary":
			if !named && strings.TrimSpace(words(node)) == "" {
				problems = append(problems, "nameless "+node.Data)
			}
		case "fieldset":
			if node.FirstChild == nil || node.FirstChild.Data != "legend" {
				problems = append(problems, "fieldset without a legend first")
			}
		case "nav":
			if !named {
				problems = append(problems, "nav without a name")
			}
		}
	}
	return problems
}

// headings wants one h1 and no level skipped; the error summary may come before the h1, as its own h2.
func (d document) headings() (problems []string) {
	last, titles := 0, 0
	for _, node := range d.nodes {
		if len(node.Data) != 2 || node.Data[0] != 'h' || node.Data[1] < '1' || node.Data[1] > '6' {
			continue
		}
		level := int(node.Data[1] - '0')
		if level == 1 {
			titles++
		}
		if last > 0 && level > last+1 {
			problems = append(problems, fmt.Sprintf("h%d after h%d: %s", level, last, words(node)))
		}
		last = level
	}
	if titles != 1 {
		problems = append(problems, fmt.Sprintf("%d h1", titles))
	}
	return problems
}

// forbidden finds what the content security policy would refuse, and what harms: positive tabindex, autofocus.
func (d document) forbidden() (problems []string) {
	for _, node := range d.nodes {
		if node.Data == "style" || node.Data == "script" && attr(node, "src") == "" {
			problems = append(problems, "inline "+node.Data)
		}
		for _, a := range node.Attr {
			index := a.Key == "tabindex" && a.Val != "0" && a.Val != "-1"
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "autofocus" || index {
				problems = append(problems, fmt.Sprintf("<%s %s>", node.Data, a.Key))
			}
			if external := strings.Contains(a.Val, "://") && slices.Contains([]string{"src", "action"}, a.Key); external {
				problems = append(problems, "third party: "+a.Val)
			}
		}
	}
	return problems
}

// graphics wants each SVG to be decoration (aria-hidden) or an image with a name.
func (d document) graphics() (problems []string) {
	for _, node := range d.nodes {
		if node.Data != "svg" || attr(node, "aria-hidden") == "true" {
			continue
		}
		if attr(node, "role") != "img" || node.FirstChild == nil || node.FirstChild.Data != "title" || attr(node, "aria-labelledby") == "" {
			problems = append(problems, "svg without a role or a title")
		}
	}
	return problems
}

func (d document) tables() (problems []string) {
	for _, node := range d.nodes {
		switch {
		case node.Data == "table" && (node.FirstChild == nil || node.FirstChild.Data != "caption"):
			problems = append(problems, "table without a caption")
		case node.Data == "th" && attr(node, "scope") == "":
			problems = append(problems, "th without a scope: "+words(node))
		}
	}
	return problems
}

func attr(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func words(node *html.Node) string {
	var text strings.Builder
	for child := range node.Descendants() {
		if child.Type == html.TextNode {
			text.WriteString(child.Data)
		}
	}
	return text.String()
}

func ancestor(node *html.Node, name string) *html.Node {
	for up := range node.Ancestors() {
		if up.Data == name {
			return up
		}
	}
	return nil
}

func within(node *html.Node, class string) bool {
	for up := range node.Ancestors() {
		if attr(up, "class") == class {
			return true
		}
	}
	return false
}
