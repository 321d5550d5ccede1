package fit_test

import (
	"fmt"
	"log"

	"galien/internal/measure"
	"galien/internal/measure/fit"
)

// Two persons who met different items: their scores do not compare, but each answer can be
// compared with its prediction.
func Example() {
	b, err := fit.NewBuilder([]measure.Item{
		{ID: "q1", Model: measure.TwoPL, A: 1.2, B: []float64{0}},
		{ID: "q2", Model: measure.TwoPL, A: 0.9, B: []float64{1}},
		{ID: "q3", Model: measure.TwoPL, A: 1.1, B: []float64{-1}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range []struct {
		person, item string
		category     int
	}{{"p1", "q1", 1}, {"p1", "q2", 0}, {"p2", "q1", 0}, {"p2", "q3", 1}} {
		if err := b.Add(row.person, row.item, row.category); err != nil {
			log.Fatal(err)
		}
	}
	data, err := b.Build()
	if err != nil {
		log.Fatal(err)
	}
	scores, err := fit.ScoreFits(data, fit.Options{})
	if err != nil {
		log.Fatal(err)
	}
	persons, err := fit.SequentialFits(data, fit.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(scores[0].Item, scores[0].Status)
	fmt.Printf("%s %.2f\n", data.Person(1), persons[1])
	// Output:
	// q1 not applicable: too few persons answered the same items, and scores on different items do not compare
	// p2 0.78
}
