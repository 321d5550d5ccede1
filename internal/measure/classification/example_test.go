package classification_test

import (
	"fmt"

	"galien/internal/measure"
	"galien/internal/measure/classification"
)

// How well a test separates pass from fail, over three kinds of persons.
func ExampleRudner() {
	points := []classification.Point{
		{Estimate: measure.Estimate{Mean: -1, SE: 0.3}, Weight: 1},
		{Estimate: measure.Estimate{Mean: 0, SE: 0.25}, Weight: 2},
		{Estimate: measure.Estimate{Mean: 1, SE: 0.3}, Weight: 1},
	}
	s, err := classification.Rudner(points, []float64{0.2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("accuracy %.3f, consistency %.3f, kappa %.3f\n", s.Levels.Accuracy, s.Levels.Consistency, s.Kappa)
	// Output:
	// accuracy 0.893, consistency 0.831, kappa 0.631
}
