package ui

import (
	"fmt"
	"math"
)

// markArcs returns the five arcs of the mark, drawn counter-clockwise from the upper right, on a 40 × 40 canvas.
func markArcs() []string {
	const (
		centre, radius = 20.0, 15.5
		start, end     = 42.0, 360.0 // degrees, counter-clockwise from the right
		gap            = 9.0
		arcs           = 5
	)
	sweep := (end - start - gap*(arcs-1)) / arcs
	at := func(degrees float64) (x, y float64) {
		angle := degrees * math.Pi / 180
		return centre + radius*math.Cos(angle), centre - radius*math.Sin(angle)
	}
	paths := make([]string, arcs)
	for i := range paths {
		from := start + float64(i)*(sweep+gap)
		x1, y1 := at(from)
		x2, y2 := at(from + sweep)
		paths[i] = fmt.Sprintf("M%.2f %.2fA%.1f %.1f 0 0 0 %.2f %.2f", x1, y1, radius, radius, x2, y2)
	}
	return paths
}
