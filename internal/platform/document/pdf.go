package document

import (
	"context"
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"galien/internal/platform/i18n"
)

// The page: A4, in millimetres, text in points.
const (
	pageWidth  = 210.0
	pageMargin = 18.0
	textWidth  = pageWidth - 2*pageMargin
	pageBottom = 297.0 - 20
	bodySize   = 10.0
	bodyLine   = 5.0
	smallSize  = 8.0
	smallLine  = 4.2
)

// sheet writes a document on paper.
type sheet struct {
	*fpdf.Fpdf
	ctx context.Context
}

// WritePDF writes the document as a PDF, in the language of ctx: A4, with bookmarks for its headings and the values of
// each figure under it. The same document gives the same bytes.
func (d *Document) WritePDF(ctx context.Context, w io.Writer) error {
	s := &sheet{fpdf.New("P", "mm", "A4", ""), ctx}
	s.AddUTF8FontFromBytes("body", "", goregular.TTF)
	s.AddUTF8FontFromBytes("body", "B", gobold.TTF)
	s.SetTitle(d.Title, true)
	s.SetLang(string(i18n.From(ctx)))
	s.SetCreationDate(d.Made)
	s.SetModificationDate(d.Made)
	s.SetCatalogSort(true)
	s.SetMargins(pageMargin, pageMargin, pageMargin)
	s.SetAutoPageBreak(true, 297-pageBottom)
	s.AliasNbPages("{pages}")
	s.SetFooterFunc(func() { s.footer(d) })
	s.AddPage()
	s.text("B", 18, 8, d.Title)
	if d.Subtitle != "" {
		s.text("", 12, 6, d.Subtitle)
	}
	s.grey()
	s.text("", smallSize, smallLine, i18n.T(ctx, "document.made", "date", i18n.DateTimeZone(ctx, d.Made)))
	s.black()
	for _, b := range d.Blocks {
		s.block(b)
	}
	if err := s.Output(w); err != nil {
		return fmt.Errorf("document: PDF: %w", err)
	}
	return nil
}

func (s *sheet) footer(d *Document) {
	s.SetY(-14)
	s.SetFont("body", "", smallSize)
	s.grey()
	s.CellFormat(textWidth-30, 5, printable(d.Title), "", 0, "L", false, 0, "")
	s.CellFormat(30, 5, fmt.Sprintf("%d / {pages}", s.PageNo()), "", 0, "R", false, 0, "")
	s.black()
}

func (s *sheet) block(b Block) {
	switch b := b.(type) {
	case Heading:
		s.heading(b)
	case Paragraph:
		s.text("", bodySize, bodyLine, b.Text)
		s.Ln(1.5)
	case Facts:
		for _, f := range b.Facts {
			s.fact(f)
		}
		s.Ln(2)
	case Table:
		s.table(b)
	case Figure:
		s.figure(b)
	}
}

func (s *sheet) heading(h Heading) {
	size := 14.0
	if h.Level > 2 {
		size = 11.5
	}
	s.keep(22)
	s.Ln(4)
	s.Bookmark(printable(h.Text), h.Level-2, -1)
	s.text("B", size, size*0.5, h.Text)
	s.Ln(1)
}

func (s *sheet) fact(f Fact) {
	const nameWidth = 70.0
	s.SetFont("body", "B", bodySize)
	name := s.SplitText(printable(f.Name), nameWidth-2)
	s.SetFont("body", "", bodySize)
	value := s.SplitText(printable(f.Value), textWidth-nameWidth)
	lines := max(len(name), len(value), 1)
	s.keep(float64(lines) * bodyLine)
	for i := range lines {
		s.SetFont("body", "B", bodySize)
		s.CellFormat(nameWidth, bodyLine, at(name, i), "", 0, "L", false, 0, "")
		s.SetFont("body", "", bodySize)
		s.CellFormat(textWidth-nameWidth, bodyLine, at(value, i), "", 1, "L", false, 0, "")
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// text writes a paragraph at the left margin.
func (s *sheet) text(weight string, size, line float64, text string) {
	s.SetFont("body", weight, size)
	s.MultiCell(textWidth, line, printable(text), "", "L", false)
}

// keep starts a new page when less than the height is left on this one.
func (s *sheet) keep(height float64) {
	if s.GetY()+height > pageBottom {
		s.AddPage()
	}
}

func (s *sheet) grey()  { s.SetTextColor(76, 96, 98) }
func (s *sheet) black() { s.SetTextColor(22, 40, 42) }

// printable replaces the spaces that the font has no width for.
func printable(text string) string { return spaces.Replace(text) }

var spaces = strings.NewReplacer("\u202f", "\u00a0", "\u2009", "\u00a0", "✓", "√")
