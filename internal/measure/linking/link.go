package linking

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"galien/internal/measure"
)

// Method of linking.
type Method uint8

// The methods.
const (
	MeanMean     Method = iota + 1 // means of slopes and of difficulties
	MeanSigma                      // mean and standard deviation of difficulties
	Haebara                        // category curves, item by item
	StockingLord                   // expected total score
)

// String returns the method's name: "mean-mean", "mean-sigma", "Haebara", "Stocking-Lord".
func (m Method) String() string {
	switch m {
	case MeanMean:
		return "mean-mean"
	case MeanSigma:
		return "mean-sigma"
	case Haebara:
		return "Haebara"
	case StockingLord:
		return "Stocking-Lord"
	}
	return fmt.Sprintf("Method(%d)", uint8(m))
}

// ParseMethod is the inverse of String.
func ParseMethod(s string) (Method, error) {
	for m := MeanMean; m <= StockingLord; m++ {
		if m.String() == s {
			return m, nil
		}
	}
	return 0, fmt.Errorf("linking: unknown method %q", s)
}

// Node is an ability where curves are compared, with its weight.
type Node struct{ Theta, Weight float64 }

// NormalNodes returns two or more equally spaced nodes, low and high included, with the
// standard normal density as weights, of sum 1.
func NormalNodes(low, high float64, points int) []Node {
	nodes := make([]Node, points)
	sum := 0.0
	for q := range nodes {
		theta := low + (high-low)*float64(q)/float64(points-1)
		nodes[q] = Node{theta, math.Exp(-theta * theta / 2)}
		sum += nodes[q].Weight
	}
	for q := range nodes {
		nodes[q].Weight /= sum
	}
	return nodes
}

// Options of the characteristic curve methods; the zero value takes the defaults.
type Options struct {
	// To are the nodes on the scale linked to; NormalNodes(-4, 4, 41) when nil.
	To []Node
	// Both adds the criterion of the other direction, on the nodes From of the scale
	// linked from; the same as To when nil.
	Both bool
	From []Node
}

// Link is the transformation θ_to = A·θ_from + B with all that it rests on.
type Link struct {
	Method Method
	A, B   float64
	Common []string // items it rests on, in the order of the set linked to

	// Of the characteristic curve methods: the nodes on each scale (From is nil in one
	// direction), the least mean squared difference, summed over the directions, and
	// the Newton steps it took.
	To, From  []Node
	Criterion float64
	Steps     int
}

// ErrNoMinimum says that the criterion has no minimum that Newton's method finds: the
// common items do not tell one scale from another at the nodes.
var ErrNoMinimum = errors.New("linking: no pair of constants makes the curves agree best")

// Between links the scale of the items from to that of the items to, by the items
// whose identifiers are in both. They must be of the same model in both and at least two.
func Between(from, to []measure.Item, m Method, o Options) (Link, error) {
	pairs, err := common(from, to)
	if err != nil {
		return Link{}, err
	}
	return between(pairs, m, o)
}

func between(pairs []pair, m Method, o Options) (Link, error) {
	if len(pairs) < 2 {
		return Link{}, fmt.Errorf("linking: %d common items: at least two are needed", len(pairs))
	}
	l := Link{Method: m}
	for _, p := range pairs {
		l.Common = append(l.Common, p.to.ID)
	}
	var err error
	switch m {
	case MeanMean:
		l.A, l.B = meanMean(pairs)
	case MeanSigma:
		l.A, l.B, err = meanSigma(pairs)
	case Haebara, StockingLord:
		err = l.curves(pairs, o)
	default:
		err = fmt.Errorf("linking: unknown method %v", m)
	}
	if err != nil {
		return Link{}, err
	}
	return l, nil
}

// Item puts an item of the scale linked from on the scale linked to. Its slope is always
// explicit, even for 1PL.
func (l Link) Item(it measure.Item) measure.Item {
	it.A = slope(&it) / l.A
	it.B = slices.Clone(it.B)
	for k := range it.B {
		it.B[k] = l.A*it.B[k] + l.B
	}
	return it
}

// Estimate puts an ability of the scale linked from on the scale linked to.
func (l Link) Estimate(e measure.Estimate) measure.Estimate {
	return measure.Estimate{Mean: l.A*e.Mean + l.B, SE: l.A * e.SE}
}

// pair is an item as each calibration has it.
type pair struct{ from, to measure.Item }

// common pairs the items of the same identifier, in the order of to.
func common(from, to []measure.Item) ([]pair, error) {
	byID, err := index(from)
	if err != nil {
		return nil, err
	}
	if _, err := index(to); err != nil {
		return nil, err
	}
	var pairs []pair
	for _, it := range to {
		j, ok := byID[it.ID]
		if !ok {
			continue
		}
		if from[j].Model != it.Model || len(from[j].B) != len(it.B) {
			return nil, fmt.Errorf("linking: item %q: %v of %d categories faces %v of %d", it.ID,
				from[j].Model, from[j].Categories(), it.Model, it.Categories())
		}
		pairs = append(pairs, pair{from[j], it})
	}
	return pairs, nil
}

func index(items []measure.Item) (map[string]int, error) {
	byID := make(map[string]int, len(items))
	for j := range items {
		if err := items[j].Validate(); err != nil {
			return nil, fmt.Errorf("linking: %w", err)
		}
		if _, twice := byID[items[j].ID]; twice {
			return nil, fmt.Errorf("linking: item %q is given twice", items[j].ID)
		}
		byID[items[j].ID] = j
	}
	return byID, nil
}

// slope is the item's slope, 1 for a 1PL item without one.
func slope(it *measure.Item) float64 {
	if it.A == 0 {
		return 1
	}
	return it.A
}
