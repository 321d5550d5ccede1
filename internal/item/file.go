package item

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"galien/internal/framework/strictyaml"
)

// parsed is an item's file, read but not checked.
type parsed struct {
	doc     document
	yaml    *strictyaml.Document
	stem    section
	explain section
}

// section is a part of the body: its Markdown and the line it begins on.
type section struct {
	name  string // stem or explanation
	text  string
	line  int
	prose prose
}

// explanationHeading opens the second part of the body, in the item's language.
var explanationHeading = regexp.MustCompile(`^## +(Explication|Explanation) *$`)

// parseFile reads the YAML head and the two parts of the body. The error is a *strictyaml.Problem.
func parseFile(file string, data []byte) (*parsed, error) {
	head, body, line, err := split(file, data)
	if err != nil {
		return nil, err
	}
	p := &parsed{}
	if p.yaml, err = strictyaml.Decode(file, 1, head, &p.doc.Source); err != nil {
		return nil, err
	}
	p.stem, p.explain = p.sections(string(body), line)
	p.doc.Stem, p.doc.Explanation = p.stem.text, p.explain.text
	return p, nil
}

// split cuts a file into its YAML head and its body; line is the body's first one.
func split(file string, data []byte) (head, body []byte, line int, err error) {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	rest, ok := bytes.CutPrefix(data, []byte("---\n"))
	if !ok {
		return nil, nil, 0, &strictyaml.Problem{File: file, Line: 1, Reason: "an item begins with a YAML head between two lines ---"}
	}
	head, body, ok = bytes.Cut(rest, []byte("\n---\n"))
	if !ok {
		return nil, nil, 0, &strictyaml.Problem{File: file, Line: 1, Reason: "the YAML head does not end with a line ---"}
	}
	return append(slices.Clone(head), '\n'), body, bytes.Count(head, []byte("\n")) + 4, nil
}

// sections cuts the body at the heading of the explanation.
func (p *parsed) sections(body string, line int) (stem, explain section) {
	lines := strings.Split(body, "\n")
	at := slices.IndexFunc(lines, explanationHeading.MatchString)
	if at < 0 {
		p.yaml.AddLine(line, "the body has no heading «## Explication» (or «## Explanation»)")
		at = len(lines)
	}
	stem = newSection("stem", lines[:at], line)
	explain = section{name: "explanation", line: line}
	if at < len(lines) {
		explain = newSection("explanation", lines[at+1:], line+at+1)
		if english := strings.Contains(lines[at], "Explanation"); english == (p.doc.Source.Lang == "fr") {
			p.yaml.AddLine(line+at, "the heading of the explanation is in the item's language")
		}
	}
	return stem, explain
}

func newSection(name string, lines []string, line int) section {
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines, line = lines[1:], line+1
	}
	text := strings.TrimSpace(strings.Join(lines, "\n"))
	return section{name: name, text: text, line: line, prose: inspect(text)}
}

// lines says where the parts of the item begin.
func (p *parsed) lines() lines {
	at := func(path string) int { return p.yaml.Line(path) }
	return lines{
		head: at("id"), options: at("options"), sources: at("sources"), reviews: at("reviews"),
		stem: p.stem.line, explanation: p.explain.line,
	}
}

// readImages fills the document's images and returns their names.
func (p *parsed) readImages(fsys fs.FS, folder string) []string {
	var names []string
	for _, part := range []section{p.stem, p.explain} {
		for _, e := range part.prose.images {
			if slices.Contains(names, e.name) {
				continue
			}
			names = append(names, e.name)
			image, reason := readImage(fsys, folder, e.name)
			if reason != "" {
				p.yaml.AddLine(part.line, "image %s: %s", e.name, reason)
				continue
			}
			image.Alt = e.alt
			p.doc.Images = append(p.doc.Images, image)
		}
	}
	return names
}

// maxImage is the size of an image: the page that shows it weighs less than 100 kB.
const maxImage = 64 << 10

var imageName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*\.(svg|png|webp|jpg)$`)

// readImage reads an image file; reason says why it is refused, "" when it is not.
func readImage(fsys fs.FS, folder, name string) (image Image, reason string) {
	media := map[string]string{".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg"}
	if !imageName.MatchString(name) {
		return Image{}, "an image is a file beside the item: lower case, digits, hyphens, then .svg, .png, .webp or .jpg"
	}
	data, err := fs.ReadFile(fsys, path.Join(folder, name))
	if err != nil {
		return Image{}, "the file is missing"
	}
	if len(data) > maxImage {
		return Image{}, fmt.Sprintf("%d bytes; at most %d", len(data), maxImage)
	}
	if path.Ext(name) == ".svg" {
		if err := checkSVG(data); err != nil {
			return Image{}, err.Error()
		}
	}
	return Image{Name: name, Media: media[path.Ext(name)], SHA256: digest(data), Data: data}, ""
}

// checkSVG refuses what could act or load: scripts, foreign content, event attributes, addresses outside the file,
// document types.
func checkSVG(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		switch t := token.(type) {
		case xml.Directive:
			return errors.New("an SVG has no document type")
		case xml.StartElement:
			if err := checkElement(t); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("not well-formed SVG: %w", err)
		}
	}
}

func checkElement(e xml.StartElement) error {
	if slices.Contains([]string{"script", "foreignobject", "iframe", "set", "animate", "a"}, strings.ToLower(e.Name.Local)) {
		return fmt.Errorf("an SVG has no element %s", e.Name.Local)
	}
	for _, a := range e.Attr {
		name, value := strings.ToLower(a.Name.Local), strings.TrimSpace(a.Value)
		switch {
		case strings.HasPrefix(name, "on"):
			return fmt.Errorf("an SVG has no attribute %s", name)
		case (name == "href" || name == "src") && !strings.HasPrefix(value, "#"):
			return fmt.Errorf("an SVG refers to nothing outside itself: %s", name)
		case strings.Contains(value, "url(") && !strings.Contains(value, "url(#"):
			return fmt.Errorf("an SVG refers to nothing outside itself: %s", name)
		}
	}
	return nil
}
