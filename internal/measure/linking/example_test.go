package linking_test

import (
	"fmt"

	"galien/internal/measure"
	"galien/internal/measure/linking"
)

// A new calibration, on a scale of its own, joins the bank's through three items.
func ExampleBetween() {
	item := func(id string, a, b float64) measure.Item {
		return measure.Item{ID: id, Model: measure.TwoPL, A: a, B: []float64{b}}
	}
	bank := []measure.Item{item("q1", 1.2, -0.5), item("q2", 0.8, 0.3), item("q3", 1.5, 1.1)}
	calibrated := []measure.Item{item("q1", 1.44, -0.75), item("q2", 0.96, -0.08), item("q3", 1.8, 0.58), item("new", 1.08, 0.25)}
	link, err := linking.Between(calibrated, bank, linking.StockingLord, linking.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	added := link.Item(calibrated[3])
	fmt.Printf("A %.3f, B %.3f on %d items\n", link.A, link.B, len(link.Common))
	fmt.Printf("new: a %.3f, b %.3f\n", added.A, added.B[0])
	// Output:
	// A 1.201, B 0.400 on 3 items
	// new: a 0.899, b 0.701
}
