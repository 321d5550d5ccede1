// Package document is a report described once, as headings, paragraphs, facts, tables and figures, and shown three ways:
// in a page of the site, as an HTML file that needs nothing beside it, and as a PDF.
//
// Its texts are in the reader's language already. Nothing is drawn that is not said: every figure has a table of its
// values.
package document

import (
	"strings"
	"time"
)

// Document is a report.
type Document struct {
	Title    string
	Subtitle string // one line under the title, or ""
	Made     time.Time
	Blocks   []Block
}

// Block is a part of a document: Heading, Paragraph, Facts, Table or Figure.
type Block interface{ block() }

// Heading opens a section. Level is 2 or 3; the title of the document is level 1.
type Heading struct {
	Level int
	Text  string
}

// Paragraph is running text, without markup.
type Paragraph struct{ Text string }

// Facts is a list of names and values.
type Facts struct{ Facts []Fact }

// Fact is a name and its value, in words or as a number with its unit.
type Fact struct{ Name, Value string }

// Table is a table whose first column names the rows.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]string
	Links   []string // where the first cell of each row leads in the site, "" for nowhere; a file has no links
}

// Column is the head of a column. Numbers align on the right.
type Column struct {
	Label   string
	Numeric bool
}

// Figure is a plot with its caption; Note is a sentence that says how to read it.
type Figure struct {
	ID      string // unique in the document, without spaces
	Caption string
	Note    string
	Plot    Plot
}

func (Heading) block()   {}
func (Paragraph) block() {}
func (Facts) block()     {}
func (Table) block()     {}
func (Figure) block()    {}

// Add appends blocks.
func (d *Document) Add(blocks ...Block) { d.Blocks = append(d.Blocks, blocks...) }

// Filename is a name for a file of the document, in letters, digits and hyphens.
func (d *Document) Filename(extension string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(folded.Replace(d.Title)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-") + "." + extension
}

var folded = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "à", "a", "â", "a", "ç", "c", "î", "i", "ï", "i", "ô", "o",
	"ù", "u", "û", "u", "œ", "oe", "É", "e", "À", "a")
