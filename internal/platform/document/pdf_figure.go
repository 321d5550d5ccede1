package document

import "codeberg.org/go-pdf/fpdf"

// plotScale is the size on paper of a point of the drawing.
const plotScale = textWidth / plotWidth

// figure draws a plot with its caption above and its values below.
func (s *sheet) figure(f Figure) {
	s.keep(plotHeight*plotScale + 20)
	s.Ln(1)
	s.text("B", bodySize, bodyLine, f.Caption)
	top := s.GetY() + 1
	for _, m := range f.Plot.draw(s.ctx) {
		s.mark(m, top)
	}
	s.SetLineWidth(0.2)
	s.SetDashPattern(nil, 0)
	s.SetAlpha(1, "Normal")
	s.black()
	s.SetXY(pageMargin, top+plotHeight*plotScale+1)
	s.key(f.Plot)
	if f.Note != "" {
		s.grey()
		s.text("", smallSize, smallLine, f.Note)
		s.black()
	}
	s.Ln(1)
	s.table(f.table(s.ctx))
}

// look is the colour and the dashes of a series, as in the site's style sheet.
type look struct {
	r, g, b int
	dash    []float64
}

func seriesLook(n int) look {
	return [seriesLooks]look{
		{12, 79, 84, nil}, {217, 88, 43, []float64{2.2, 1.2}}, {29, 79, 145, []float64{0.6, 1}},
	}[n%seriesLooks]
}

func (s *sheet) mark(m mark, top float64) {
	points := make([]fpdf.PointType, len(m.points))
	for i, p := range m.points {
		points[i] = fpdf.PointType{X: pageMargin + p.x*plotScale, Y: top + p.y*plotScale}
	}
	if m.form == formText {
		s.word(m, points[0])
		return
	}
	l := look{180, 197, 195, nil}
	width := 0.2
	switch m.style {
	case styleFrame:
		l = look{111, 134, 132, nil}
	case styleGuide:
		l = look{111, 134, 132, []float64{1, 1}}
	case styleSeries:
		l, width = seriesLook(m.series), 0.5
	}
	s.SetDrawColor(l.r, l.g, l.b)
	s.SetFillColor(l.r, l.g, l.b)
	s.SetLineWidth(width)
	s.SetDashPattern(l.dash, 0)
	switch m.form {
	case formLine:
		s.SetAlpha(1, "Normal")
		for i, p := range points {
			if i == 0 {
				s.MoveTo(p.X, p.Y)
			} else {
				s.LineTo(p.X, p.Y)
			}
		}
		s.DrawPath("D")
	case formArea:
		s.SetAlpha(0.25, "Normal")
		s.Polygon(points, "F")
		s.SetAlpha(1, "Normal")
		s.SetDashPattern(nil, 0)
		s.Polygon(points, "D")
	case formDot:
		s.SetAlpha(1, "Normal")
		s.SetDashPattern(nil, 0)
		s.SetFillColor(255, 255, 255)
		s.Circle(points[0].X, points[0].Y, 0.9, "FD")
	}
}

func (s *sheet) word(m mark, p fpdf.PointType) {
	size := smallSize
	if m.style == styleLabel {
		size = bodySize - 1
	}
	s.SetFont("body", "", size)
	text := printable(m.text)
	width := s.GetStringWidth(text)
	shift := 0.0
	switch m.anchor {
	case "middle":
		shift = width / 2
	case "end":
		shift = width
	}
	s.SetAlpha(1, "Normal")
	if !m.upward {
		s.Text(p.X-shift, p.Y, text)
		return
	}
	s.TransformBegin()
	s.TransformRotate(90, p.X, p.Y)
	s.Text(p.X-shift, p.Y, text)
	s.TransformEnd()
}

// key names the series of a figure that has several.
func (s *sheet) key(p Plot) {
	if len(p.Series) < 2 {
		return
	}
	for n, series := range p.Series {
		x, y := s.GetXY()
		s.sign(n, series.Kind, x, y)
		s.SetFont("body", "", smallSize)
		s.SetX(x + 14)
		s.CellFormat(textWidth-14, smallLine, printable(series.Label), "", 1, "L", false, 0, "")
	}
}

// sign draws what a series is drawn with.
func (s *sheet) sign(n int, kind Kind, x, y float64) {
	l := seriesLook(n)
	s.SetDrawColor(l.r, l.g, l.b)
	s.SetLineWidth(0.5)
	switch kind {
	case Line:
		s.SetDashPattern(l.dash, 0)
		s.Line(x+1, y+smallLine/2, x+11, y+smallLine/2)
		s.SetDashPattern(nil, 0)
	case Dots:
		s.Circle(x+6, y+smallLine/2, 0.9, "D")
	case Bars, Band:
		s.SetFillColor(l.r, l.g, l.b)
		s.SetAlpha(0.25, "Normal")
		s.Rect(x+1, y+0.6, 10, smallLine-1.2, "F")
		s.SetAlpha(1, "Normal")
	}
}
