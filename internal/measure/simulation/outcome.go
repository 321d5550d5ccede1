package simulation

import "galien/internal/measure"

// outcome is what is kept of a candidate until the end of the block. Its slices
// are parts of the block's arrays.
type outcome struct {
	items, answers []int
	truth          []float64          // by score
	estimates      []measure.Estimate // by score
	after          []measure.Estimate // main score, by Setup.After
	reached        int                // how many of after
	exposureBand   int
	relaxed        int
	rareTurns      int
	rareMissed     int
	seconds        int
	stopped        string // reason of the stop rule; "" at the whole length
	binding        []string
	err            error
}

// newBlock makes room for the outcomes of a block of n candidates.
func newBlock(n, length, scores, after int) []outcome {
	block := make([]outcome, n)
	for i := range block {
		block[i] = outcome{
			items: make([]int, 0, length), answers: make([]int, 0, length),
			truth: make([]float64, scores), estimates: make([]measure.Estimate, scores), after: make([]measure.Estimate, after),
		}
	}
	return block
}

// reset forgets the last candidate and keeps the memory.
func (o *outcome) reset() {
	*o = outcome{items: o.items[:0], answers: o.answers[:0], truth: o.truth, estimates: o.estimates, after: o.after}
}
