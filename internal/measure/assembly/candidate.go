package assembly

import "slices"

// Candidate is an item that may be chosen, with its value, a finite number.
type Candidate struct {
	Value float64
	Item  int32
}

// Compare orders candidates best first, the lower index first between equals.
func (c Candidate) Compare(d Candidate) int {
	switch {
	case c.before(d):
		return -1
	case d.before(c):
		return 1
	}
	return 0
}

func (c Candidate) before(d Candidate) bool {
	return c.Value > d.Value || c.Value == d.Value && c.Item < d.Item
}

// Sort orders a list best first, as Merge wants it.
func Sort(list []Candidate) { slices.SortFunc(list, Candidate.Compare) }

// merge writes over dst the first limit candidates of two sorted lists.
func merge(dst, a, b []Candidate, limit int) []Candidate {
	n := min(limit, len(a)+len(b))
	dst = slices.Grow(dst[:0], n)[:n]
	i, j := 0, 0
	for k := range dst {
		if j == len(b) || i < len(a) && a[i].before(b[j]) {
			dst[k] = a[i]
			i++
		} else {
			dst[k] = b[j]
			j++
		}
	}
	return dst
}

// sorted is a sorted list that grows by merging. Its first list is only referred
// to; the merged ones live in two buffers, used in turn.
type sorted struct {
	list    []Candidate
	buffers [2][]Candidate
	turn    int
}

func (s *sorted) add(list []Candidate, limit int) {
	switch {
	case len(list) == 0:
	case len(s.list) == 0:
		s.list = list[:min(limit, len(list))]
	default:
		s.turn = 1 - s.turn
		s.buffers[s.turn] = merge(s.buffers[s.turn], s.list, list, limit)
		s.list = s.buffers[s.turn]
	}
}
