package classification

import (
	"errors"
	"fmt"

	"galien/internal/measure"
)

// SumScores returns the probability of each total score at an ability, from 0 to the
// sum of the items' highest scores, by the recursion of Lord & Wingersky (1984) over the
// items, of any model. The items must be valid.
func SumScores(items []measure.Item, theta float64) []float64 {
	dist := []float64{1}
	var p []float64
	for i := range items {
		p = items[i].Probabilities(theta, p)
		next := make([]float64, len(dist)+len(p)-1)
		for score, d := range dist {
			for k, q := range p {
				next[score+k] += d * q
			}
		}
		dist = next
	}
	return dist
}

// Lee returns accuracy and consistency of a fixed test scored by its total, at cuts on
// the total, ascending and in (0, highest total] (Lee 2010). The true level is that of
// the expected total at the node. The nodes are abilities, with their weights.
func Lee(items []measure.Item, nodes, weights, cuts []float64) (Summary, error) {
	if err := errors.Join(check(items, nodes, weights), checkCuts(cuts)); err != nil {
		return Summary{}, err
	}
	highest := 0
	for i := range items {
		highest += items[i].Categories() - 1
	}
	if cuts[0] <= 0 || cuts[len(cuts)-1] > float64(highest) {
		return Summary{}, fmt.Errorf("classification: cuts %v outside the scores (0, %d]", cuts, highest)
	}
	points := make([]Point, len(nodes))
	for q := range nodes {
		points[q] = Point{measure.Estimate{Mean: nodes[q]}, weights[q]}
	}
	if err := checkPoints(points); err != nil {
		return Summary{}, err
	}
	c := newCollector(len(cuts))
	for _, p := range points {
		levels, expected := make([]float64, len(cuts)+1), 0.0
		for score, q := range SumScores(items, p.Mean) {
			levels[level(float64(score), cuts)] += q
			expected += float64(score) * q
		}
		c.add(p.Weight, levels, level(expected, cuts))
	}
	return c.summary(), nil
}
