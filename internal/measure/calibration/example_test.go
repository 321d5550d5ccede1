package calibration_test

import (
	"context"
	"fmt"

	"galien/internal/measure"
	"galien/internal/measure/calibration"
)

// Two items of a known scale put the new one on it.
func ExampleCalibrate() {
	b, err := calibration.NewBuilder([]calibration.Item{
		{ID: "old1", Fixed: &measure.Item{Model: measure.TwoPL, A: 1.2, B: []float64{-0.5}}},
		{ID: "old2", Fixed: &measure.Item{Model: measure.TwoPL, A: 1.0, B: []float64{0.5}}},
		{ID: "new", Model: measure.TwoPL},
	}, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range 400 {
		person := fmt.Sprint("p", i)
		for item, score := range map[string]int{"old1": min(i%4, 1), "old2": i / 7 % 2, "new": i % 2} {
			if err := b.Add(person, item, score); err != nil {
				fmt.Println(err)
				return
			}
		}
	}
	data, err := b.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := calibration.Calibrate(context.Background(), data, calibration.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, it := range r.Items {
		fmt.Println(it.ID, it.Status, it.N)
	}
	fmt.Println(r.Converged, r.Errors)
	// Output:
	// old1 fixed 400
	// old2 fixed 400
	// new calibrated 400
	// true observed information
}
