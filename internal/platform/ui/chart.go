package ui

import "time"

// Estimate is a measured value with its uncertainty, on the chart's scale. Low ≤ Value ≤ High.
type Estimate struct {
	Label    string
	Lang     string // of Label and Level, "" for the page's
	Short    string // at most four characters, drawn in the chart («1», «2.3»)
	Value    float64
	Low      float64
	High     float64
	Level    string    // name of the level reached, or ""
	Measured time.Time // when it was measured; zero when never
	None     bool      // not measured yet: drawn as absent, never as zero
	Href     string    // detail page, or ""
}

// Band is a level of the scale, from From (included) to the next band.
type Band struct {
	Label string
	From  float64
}

// Scale is the range of a chart, with its levels in ascending order. Min < Max.
type Scale struct {
	Min, Max float64
	Decimals int
	Bands    []Band
	Lang     string // of the bands' labels, "" for the page's
}

// RadarProps draws at least three estimates as a polygon, with the uncertainty as a band around it.
//
// Contract: a <figure> named by its caption, which holds the date when all the measures are of one day; the SVG has
// role=img and a title in the language of the page, that says where its values are: no text of another language is in a
// drawing, where it could not be marked; the numbered list beside it gives every value in words and <details> holds the
// same as a table; shapes differ by line and by dots, not only by colour; text in the drawing stays at least 12 px at
// 320 px.
type RadarProps struct {
	ID    string // unique in the page
	Title string
	Scale Scale
	Axes  []Estimate
}

// BarsProps draws estimates as horizontal bars with a whisker from Low to High and the limits of the levels.
//
// Contract: as RadarProps; each bar's label and value are text beside it, so that the bar is decoration.
type BarsProps struct {
	ID    string
	Title string
	Scale Scale
	Bars  []Estimate
}

// GaugeProps shows an amount against a requirement, the number first.
//
// Contract: «2 sur 4 actions» and the state in words are text; the bar is decoration.
type GaugeProps struct {
	Label string
	Done  int
	Total int
	Unit  string // plural noun, «actions»
	State TagProps
	Href  string
}
