package calibration

import (
	"math"

	"galien/internal/measure"
)

// start returns the point that EM starts from: the rough scale, put on the reference
// population or on the fixed items, with the spread that each item's scores show.
func (e *engine) start() []float64 {
	x := make([]float64, e.layout.size)
	r := e.data.rough
	slope, origin := r.spread, r.mean[e.layout.reference]
	if e.layout.anchored {
		slope, origin = 1, e.anchor()
	}
	for j := range e.layout.items {
		if p := &e.layout.items[j]; p.free() {
			x[p.slope] = math.Log(slope)
			steps := x[p.first : p.first+p.steps]
			share := e.shares(j, steps)
			for k := range steps {
				steps[k] += origin - r.difficulty[j] - stretch*logit(share)
			}
			if p.guess >= 0 {
				x[p.guess] = logit(0.15)
				steps[0] -= 0.3
			}
		}
	}
	for g, at := range e.layout.mean {
		if at >= 0 {
			x[at] = (r.mean[g] - origin) / slope
		}
	}
	e.layout.bound(e.data, x)
	return x
}

// anchor returns the rough ability that the fixed items call 0.
func (e *engine) anchor() float64 {
	sum, n := 0.0, 0.0
	for j := range e.layout.items {
		if it := &e.data.items[j]; it.Fixed != nil && e.data.answered(j) > 0 {
			v := curveOf(it.Fixed)
			for _, d := range v.d {
				sum += (e.data.rough.difficulty[j] + d) / float64(len(v.d))
			}
			n++
		}
	}
	return sum / n
}

// shares writes the logits of the boundaries or steps, from the shares of each score,
// stretched, and returns the mean score as a share of the highest.
func (e *engine) shares(j int, steps []float64) (mean float64) {
	counts := e.data.counts[j]
	total, points, above := 1.0, 0.5*float64(len(steps)), 0.5
	for k, n := range counts {
		total += float64(n)
		points += float64(k) * float64(n)
	}
	for k := len(steps); k >= 1; k-- {
		above += float64(counts[k])
		if e.data.items[j].Model == measure.GRM {
			steps[k-1] = stretch * logit(above/total)
		} else {
			steps[k-1] = stretch * math.Log((float64(counts[k])+0.5)/(float64(counts[k-1])+0.5))
		}
	}
	return points / (total * float64(len(steps)))
}

// stretch is about √(1 + 1/1.7²), by which averaging a logistic curve of slope 1 over
// N(0, 1) shrinks its intercept.
const stretch = 1.16

func logit(p float64) float64 { return math.Log(p / (1 - p)) }
