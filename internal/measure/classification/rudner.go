package classification

import (
	"errors"
	"fmt"
	"math"

	"galien/internal/measure"
)

// Point is an ability with its standard error and weight: a node of a population, or
// a person of weight 1.
type Point struct {
	measure.Estimate
	Weight float64
}

// Points gives the nodes of a population the standard error of a test made of the items:
// 1/sqrt(I), I being their Fisher information at the node. A node without information is
// an error.
func Points(items []measure.Item, nodes, weights []float64) ([]Point, error) {
	if err := check(items, nodes, weights); err != nil {
		return nil, err
	}
	points := make([]Point, len(nodes))
	for q, theta := range nodes {
		info := 0.0
		for i := range items {
			info += items[i].Information(theta)
		}
		points[q] = Point{measure.Estimate{Mean: theta, SE: 1 / math.Sqrt(info)}, weights[q]}
	}
	if err := checkPoints(points); err != nil {
		return nil, err
	}
	return points, nil
}

// Persons gives estimates the weight 1.
func Persons(estimates []measure.Estimate) []Point {
	points := make([]Point, len(estimates))
	for i, e := range estimates {
		points[i] = Point{e, 1}
	}
	return points
}

// Rudner returns accuracy and consistency at the cuts, ascending (Rudner 2005): the
// observed ability is normal around the true one. A standard error of 0 is a certain
// observation.
func Rudner(points []Point, cuts []float64) (Summary, error) {
	if err := errors.Join(checkPoints(points), checkCuts(cuts)); err != nil {
		return Summary{}, err
	}
	c := newCollector(len(cuts))
	for _, p := range points {
		c.add(p.Weight, measure.LevelProbabilities(p.Estimate, cuts), level(p.Mean, cuts))
	}
	return c.summary(), nil
}

// level is the number of cuts at or below a score.
func level(score float64, cuts []float64) int {
	k := 0
	for k < len(cuts) && cuts[k] <= score {
		k++
	}
	return k
}

func checkCuts(cuts []float64) error {
	if len(cuts) == 0 {
		return errors.New("classification: no cut score")
	}
	return measure.CheckCuts(cuts)
}

func checkPoints(points []Point) error {
	total := 0.0
	for i, p := range points {
		if math.IsNaN(p.Mean) || math.IsInf(p.Mean, 0) || !(p.SE >= 0) || math.IsInf(p.SE, 0) || !(p.Weight >= 0) || math.IsInf(p.Weight, 0) {
			return fmt.Errorf("classification: point %d: ability %v, standard error %v, weight %v", i, p.Mean, p.SE, p.Weight)
		}
		total += p.Weight
	}
	if !(total > 0) || math.IsInf(total, 0) {
		return fmt.Errorf("classification: %d points of total weight %v", len(points), total)
	}
	return nil
}

// check validates a test and the nodes of a population.
func check(items []measure.Item, nodes, weights []float64) error {
	if len(items) == 0 {
		return errors.New("classification: no item")
	}
	for i := range items {
		if err := items[i].Validate(); err != nil {
			return fmt.Errorf("classification: %w", err)
		}
	}
	if len(nodes) != len(weights) {
		return fmt.Errorf("classification: %d nodes, %d weights", len(nodes), len(weights))
	}
	return nil
}
