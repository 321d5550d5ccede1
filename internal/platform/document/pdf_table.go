package document

import (
	"strings"
	"unicode/utf8"
)

// cellPadding is the width of a cell that its text does not take.
const cellPadding = 3.0

// table writes a table: the head again at the top of each page, rows never cut.
func (s *sheet) table(t Table) {
	if len(t.Rows) == 0 {
		return
	}
	s.keep(30)
	s.Ln(1)
	s.text("B", bodySize, bodyLine, t.Caption)
	widths := s.widths(t)
	s.head(t, widths)
	for n, row := range t.Rows {
		cells, height := s.cells(row, widths)
		if s.GetY()+height > pageBottom {
			s.AddPage()
			s.head(t, widths)
		}
		s.SetFillColor(243, 246, 245)
		s.row(t, cells, widths, height, n%2 == 1)
	}
	s.Ln(3)
}

func (s *sheet) head(t Table, widths []float64) {
	labels := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		labels[i] = c.Label
	}
	s.SetFont("body", "B", smallSize)
	cells, height := s.cells(labels, widths)
	s.SetFillColor(217, 235, 232)
	s.row(t, cells, widths, height, true)
	s.SetFont("body", "", smallSize)
}

// cells breaks the texts of a row into lines of their columns' widths.
func (s *sheet) cells(row []string, widths []float64) (cells [][]string, height float64) {
	lines := 1
	for i, text := range row {
		cell := s.wrap(printable(text), widths[i]-cellPadding)
		cells, lines = append(cells, cell), max(lines, len(cell))
	}
	return cells, float64(lines)*smallLine + 1.4
}

// wrap breaks a text into lines of a width, between its pieces, and inside one that is wider than a line.
func (s *sheet) wrap(text string, width float64) []string {
	lines, line := []string{}, ""
	for _, piece := range pieces(text) {
		if line != "" && s.GetStringWidth(strings.TrimRight(line+piece, " ")) > width {
			lines, line = append(lines, strings.TrimRight(line, " ")), ""
		}
		line += piece
		for s.GetStringWidth(strings.TrimRight(line, " ")) > width {
			cut := s.fitting(line, width)
			lines, line = append(lines, line[:cut]), line[cut:]
		}
	}
	return append(lines, strings.TrimRight(line, " "))
}

// fitting is how many bytes of a text fit in a width, one letter at least.
func (s *sheet) fitting(text string, width float64) int {
	end := 0
	for at, r := range text {
		next := at + utf8.RuneLen(r)
		if end > 0 && s.GetStringWidth(text[:next]) > width {
			break
		}
		end = next
	}
	return end
}

// pieces are the parts of a text between which a line may break: after a space, and after a hyphen between letters.
func pieces(text string) []string {
	var out []string
	from := 0
	for at, r := range text {
		inside := r == '-' && at > from && at+1 < len(text) && text[at+1] != ' '
		if r == ' ' || inside {
			out, from = append(out, text[from:at+1]), at+1
		}
	}
	return append(out, text[from:])
}

func (s *sheet) row(t Table, cells [][]string, widths []float64, height float64, filled bool) {
	x, y := s.GetXY()
	if filled {
		s.Rect(x, y, textWidth, height, "F")
	}
	for i, cell := range cells {
		align := "L"
		if t.Columns[i].Numeric {
			align = "R"
		}
		for n, line := range cell {
			s.SetXY(x, y+0.7+float64(n)*smallLine)
			s.CellFormat(widths[i], smallLine, line, "", 0, align, false, 0, "")
		}
		x += widths[i]
	}
	s.SetXY(pageMargin, y+height)
}

// widths shares the width of the page: first what the longest word of each column needs, then what is left in proportion
// to what their longest texts still want. A table too wide even for its words is narrowed in proportion, and breaks them.
func (s *sheet) widths(t Table) []float64 {
	s.SetFont("body", "B", smallSize)
	words, wants := make([]float64, len(t.Columns)), make([]float64, len(t.Columns))
	need := func(i int, text string) {
		text = printable(text)
		for _, word := range pieces(text) {
			words[i] = max(words[i], s.GetStringWidth(word)+cellPadding)
		}
		wants[i] = max(wants[i], s.GetStringWidth(text)+cellPadding)
	}
	for i, c := range t.Columns {
		need(i, c.Label)
		for _, row := range t.Rows {
			need(i, row[i])
		}
	}
	least, wanted := sum(words), sum(wants)
	widths := make([]float64, len(words))
	for i := range widths {
		switch {
		case least > textWidth:
			widths[i] = words[i] * textWidth / least
		case wanted > least:
			widths[i] = words[i] + (wants[i]-words[i])*(textWidth-least)/(wanted-least)
		default:
			widths[i] = words[i] + (textWidth-least)/float64(len(words))
		}
	}
	return widths
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
