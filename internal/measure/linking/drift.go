package linking

import (
	"fmt"
	"math"
	"slices"

	"galien/internal/measure"
)

// DriftOptions of Drift; the zero value takes the defaults.
type DriftOptions struct {
	// Method that links the periods; StockingLord when 0.
	Method  Method
	Linking Options
	// Critical is the size of z from which an item is flagged; 2.7 when 0 (one normal
	// value in 144).
	Critical float64
	// MaxRounds bounds the linkings; 10 when 0.
	MaxRounds int
}

// Movement is how an item moved between two periods, next to the others.
type Movement struct {
	Item string
	// Difficulty holds, for each difficulty, new minus old on the old scale, and
	// DifficultyZ its robust z.
	Difficulty, DifficultyZ []float64
	// Slope is the logarithm of new over old on the old scale, and SlopeZ its robust z.
	Slope, SlopeZ float64
	// Drifted tells that a z is above the critical size: the item is no anchor.
	Drifted bool
}

// Movements of the common items, in the order of the old period.
type Movements struct {
	Items []Movement
	// Link rests on the items that did not drift.
	Link Link
	// Rounds of linking; Converged when the last one changed no flag.
	Rounds    int
	Converged bool
}

// resolution is the least spread that differences are measured with, in logits: what
// rounding leaves of identical parameters is no drift.
const resolution = 1e-3

// Drift links the new period to the old one, flags the items whose difficulty or slope
// moved more than the others', and links again without them, until the flags no longer
// change. z = (d - median)/(0.74·interquartile range) over all common items, which those
// that drifted hardly disturb (Huynh & Meyer 2010); the quartiles interpolate. Only items
// kept as anchors move the link. Of two items, none can be told from the other: at
// least three are needed, and two must stay.
func Drift(before, after []measure.Item, o DriftOptions) (Movements, error) {
	o, err := o.withDefaults()
	if err != nil {
		return Movements{}, err
	}
	pairs, err := common(after, before)
	if err != nil {
		return Movements{}, err
	}
	if len(pairs) < 3 {
		return Movements{}, fmt.Errorf("linking: %d common items: drift needs at least three", len(pairs))
	}
	m := Movements{Items: make([]Movement, len(pairs))}
	for m.Rounds < o.MaxRounds && !m.Converged {
		var anchors []pair
		for j, p := range pairs {
			if !m.Items[j].Drifted {
				anchors = append(anchors, p)
			}
		}
		if m.Link, err = between(anchors, o.Method, o.Linking); err != nil {
			return Movements{}, fmt.Errorf("after leaving out the items that drifted: %w", err)
		}
		m.Rounds++
		m.Converged = m.compare(pairs, o.Critical)
	}
	return m, nil
}

func (o DriftOptions) withDefaults() (DriftOptions, error) {
	if o.Method == 0 {
		o.Method = StockingLord
	}
	if o.Critical == 0 {
		o.Critical = 2.7
	}
	if o.MaxRounds == 0 {
		o.MaxRounds = 10
	}
	if !(o.Critical > 0) || o.MaxRounds < 0 {
		return o, fmt.Errorf("linking: drift: critical z %v, %d rounds", o.Critical, o.MaxRounds)
	}
	return o, nil
}

// compare computes the movements under the link; true when no flag changed.
func (m *Movements) compare(pairs []pair, critical float64) bool {
	var difficulties, slopes []float64
	for j, p := range pairs {
		moved := m.Link.Item(p.from)
		it := Movement{Item: p.to.ID, Slope: math.Log(moved.A / slope(&p.to)), Drifted: m.Items[j].Drifted}
		for k, b := range moved.B {
			it.Difficulty = append(it.Difficulty, b-p.to.B[k])
		}
		m.Items[j] = it
		difficulties = append(difficulties, it.Difficulty...)
		slopes = append(slopes, it.Slope)
	}
	zb, za := robust(difficulties), robust(slopes)
	same := true
	for j := range m.Items {
		it := &m.Items[j]
		it.SlopeZ = za(it.Slope)
		drifted := math.Abs(it.SlopeZ) > critical
		for _, d := range it.Difficulty {
			z := zb(d)
			it.DifficultyZ = append(it.DifficultyZ, z)
			drifted = drifted || math.Abs(z) > critical
		}
		same = same && drifted == it.Drifted
		it.Drifted = drifted
	}
	return same
}

// robust returns the z of a difference among those given.
func robust(differences []float64) func(float64) float64 {
	x := slices.Sorted(slices.Values(differences))
	median := quantile(x, 0.5)
	spread := math.Max(0.74*(quantile(x, 0.75)-quantile(x, 0.25)), resolution)
	return func(d float64) float64 { return (d - median) / spread }
}

// quantile interpolates between order statistics, as R does by default.
func quantile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	k := min(int(h), len(sorted)-2)
	return sorted[k] + (h-float64(k))*(sorted[k+1]-sorted[k])
}
