package item

import (
	"bytes"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// markdown reads CommonMark with tables. Raw HTML is never rendered (goldmark's default); Load refuses it.
var markdown = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(goldmark.WithExtensions(extension.Table))
})

// sanitiser is the second wall: the elements that an author may use, and no link, style or script.
var sanitiser = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "hr",
		"table", "thead", "tbody", "tr", "th", "td", "h3", "h4")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^/[A-Za-z0-9._~%-][A-Za-z0-9/._~%-]*$`)).OnElements("img")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	return p
})

// render renders authored Markdown. An image that is not in the list, or whose address is not a path of this server, keeps
// its text only.
func render(source string, images []Image, url ImageURL) string {
	data := []byte(source)
	doc := markdown().Parser().Parse(text.NewReader(data))
	for _, node := range imageNodes(doc) {
		name := string(node.Destination)
		node.Destination = nil
		for _, image := range images {
			if image.Name == name && url != nil {
				node.Destination = []byte(url(image))
			}
		}
	}
	var out bytes.Buffer
	if err := markdown().Renderer().Render(&out, data, doc); err != nil {
		return "" // a bytes.Buffer never fails
	}
	return strings.TrimSpace(sanitiser().Sanitize(out.String()))
}

func imageNodes(doc ast.Node) []*ast.Image {
	var found []*ast.Image
	walk(doc, func(n ast.Node) {
		if image, ok := n.(*ast.Image); ok {
			found = append(found, image)
		}
	})
	return found
}

// walk visits every node once, parents first.
func walk(n ast.Node, visit func(ast.Node)) {
	visit(n)
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		walk(child, visit)
	}
}

// embedded is an image as the Markdown names it.
type embedded struct{ name, alt string }

// prose is what Load and Check need to know of a Markdown text.
type prose struct {
	images []embedded
	words  string // the visible text, without the images' alternatives; one line per block
	raw    bool   // holds raw HTML
	link   bool   // holds a link
}

func inspect(source string) prose {
	data := []byte(source)
	var p prose
	var words strings.Builder
	var visit func(ast.Node)
	visit = func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Image:
			p.images = append(p.images, embedded{path.Clean(string(n.Destination)), plain(n, data)})
			return
		case *ast.RawHTML, *ast.HTMLBlock:
			p.raw = true
		case *ast.Link, *ast.AutoLink:
			p.link = true
		case *ast.Text:
			words.Write(n.Segment.Value(data))
			if n.SoftLineBreak() || n.HardLineBreak() {
				words.WriteByte(' ')
			}
		case *ast.String:
			words.Write(n.Value)
		}
		for child := n.FirstChild(); child != nil; child = child.NextSibling() {
			visit(child)
		}
		if n.Type() == ast.TypeBlock {
			words.WriteByte('\n')
		}
	}
	visit(markdown().Parser().Parse(text.NewReader(data)))
	p.words = strings.TrimSpace(words.String())
	return p
}

// plain is the text inside a node.
func plain(n ast.Node, data []byte) string {
	var out strings.Builder
	walk(n, func(child ast.Node) {
		if t, ok := child.(*ast.Text); ok {
			out.Write(t.Segment.Value(data))
		}
	})
	return out.String()
}
