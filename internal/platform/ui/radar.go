package ui

import (
	"math"
	"strconv"
	"strings"
)

// The radar is drawn on a square of radarSize; a text of 16 units is 12.8 px where the square is 288 px wide.
const (
	radarSize   = 360.0
	radarCentre = radarSize / 2
	radarRadius = 138.0
	radarLabel  = 160.0 // distance of the labels from the centre
)

type point struct{ x, y float64 }

// radarShape is the geometry of a radar.
type radarShape struct {
	rings    []radarRing
	spokes   []point // end of each axis
	labels   []point // anchor of each label
	values   []point // one per axis; those not measured are at the centre
	whiskers [][2]point
	band     string // path between the polygons of Low and High, "" unless all are measured
	line     string // path through the values, broken where one is not measured
}

type radarRing struct {
	path string
	from float64 // lower limit of the level; the rim has none
	rim  bool
	at   point
}

// shape computes the geometry: the first axis points up, the others follow clockwise at equal angles; the distance
// from the centre is proportional to the value, Min at the centre and Max at the rim, values outside are clamped.
func (r RadarProps) shape() radarShape {
	n := len(r.Axes)
	on := func(i int, radius float64) point {
		angle := 2*math.Pi*float64(i)/float64(n) - math.Pi/2
		return point{radarCentre + radius*math.Cos(angle), radarCentre + radius*math.Sin(angle)}
	}
	polygon := func(radius func(i int) float64) []point {
		points := make([]point, n)
		for i := range points {
			points[i] = on(i, radius(i))
		}
		return points
	}
	at := func(v float64) float64 { return radarRadius * r.Scale.ratio(v) }

	s := radarShape{
		spokes: polygon(func(int) float64 { return radarRadius }),
		labels: polygon(func(int) float64 { return radarLabel }),
		values: polygon(func(i int) float64 {
			if r.Axes[i].None {
				return 0
			}
			return at(r.Axes[i].Value)
		}),
		line: r.line(on, at),
	}
	for _, limit := range r.Scale.limits() {
		radius := at(limit)
		s.rings = append(s.rings, radarRing{
			path: closedPath(polygon(func(int) float64 { return radius })),
			from: limit,
			rim:  limit == r.Scale.Max,
			at:   midpoint(on(n-1, radius), on(0, radius)),
		})
	}
	for i, axis := range r.Axes {
		if !axis.None {
			s.whiskers = append(s.whiskers, [2]point{on(i, at(axis.Low)), on(i, at(axis.High))})
		}
	}
	if len(s.whiskers) == n {
		s.band = closedPath(polygon(func(i int) float64 { return at(r.Axes[i].High) })) +
			closedPath(polygon(func(i int) float64 { return at(r.Axes[i].Low) }))
	}
	return s
}

// line joins the values of neighbouring axes that are both measured.
func (r RadarProps) line(on func(int, float64) point, at func(float64) float64) string {
	var path strings.Builder
	for i, axis := range r.Axes {
		next := (i + 1) % len(r.Axes)
		if axis.None || r.Axes[next].None {
			continue
		}
		path.WriteString("M" + on(i, at(axis.Value)).String() + "L" + on(next, at(r.Axes[next].Value)).String())
	}
	return path.String()
}

// ratio returns where v stands between Min (0) and Max (1).
func (s Scale) ratio(v float64) float64 {
	if s.Max <= s.Min || math.IsNaN(v) {
		return 0
	}
	return min(max((v-s.Min)/(s.Max-s.Min), 0), 1)
}

// limits returns the lower limits of the levels above the first, then Max.
func (s Scale) limits() []float64 {
	var limits []float64
	for _, band := range s.Bands {
		if band.From > s.Min && band.From < s.Max {
			limits = append(limits, band.From)
		}
	}
	return append(limits, s.Max)
}

// midpoint is where the limit of a level is written: on its ring, away from the dots.
func midpoint(a, b point) point { return point{(a.x + b.x) / 2, (a.y + b.y) / 2} }

func closedPath(points []point) string {
	parts := make([]string, len(points))
	for i, p := range points {
		parts[i] = p.String()
	}
	return "M" + strings.Join(parts, "L") + "Z"
}

func (p point) String() string { return coordinate(p.x) + " " + coordinate(p.y) }

// coordinate writes a length in drawing units with at most two decimals.
func coordinate(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}
