package dif_test

import (
	"fmt"

	"galien/internal/measure/dif"
)

// The same persons twice over, of two groups, but for one item that the focal group
// fails more often than others of the same total.
func ExampleMantelHaenszel() {
	data := &dif.Data{Items: []dif.Item{{ID: "harder", Top: 1}, {ID: "same", Top: 1}, {ID: "other", Top: 1}}}
	for i := range 1200 {
		focal := i%2 == 1
		data.Focal = append(data.Focal, focal)
		scores := [3]bool{i/2%5 < 3, i/2%3 < 2, i/2%7 < 4}
		if focal {
			scores[0] = i/2%5 < 2
		}
		for j, right := range scores {
			score := int8(0)
			if right {
				score = 1
			}
			data.Items[j].Scores = append(data.Items[j].Scores, score)
		}
	}
	results, _, err := dif.MantelHaenszel(data, dif.Options{Purify: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := results[0]
	fmt.Printf("%s: %v, delta %.2f ± %.2f, class %v\n", r.Item, r.Status, r.Delta, r.SE, r.Class)
	// Output:
	// harder: tested, delta -1.91 ± 0.35, class C
}
