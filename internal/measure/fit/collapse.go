package fit

import "slices"

// minimumExpected is the smallest expected count of a cell.
const minimumExpected = 1

// mergeScores returns the scores that persons had, but for the lowest and the highest of the
// form, merged until each has two cells of at least the minimum; none when that cannot be.
func (t scoreTable) mergeScores() []scoreRow {
	rows := slices.DeleteFunc(slices.Clone(t[1:max(1, len(t)-1)]), func(r scoreRow) bool { return r.persons == 0 })
	for i := 0; i < len(rows)-1; i++ {
		if rows[i].persons == 1 {
			rows[i+1].add(&rows[i])
			rows = slices.Delete(rows, i, i+1)
			i--
		}
	}
	for {
		i := slices.IndexFunc(rows, func(r scoreRow) bool { _, e := r.mergeCategories(); return len(e) < 2 })
		switch {
		case i < 0:
			return rows
		case len(rows) == 1:
			return nil
		case i == 0 || i < len(rows)-1 && rows[i+1].persons < rows[i-1].persons:
			rows[i+1].add(&rows[i])
		default:
			rows[i-1].add(&rows[i])
		}
		rows = slices.Delete(rows, i, i+1)
	}
}

// add merges another row in.
func (r *scoreRow) add(other *scoreRow) {
	r.persons += other.persons
	r.total += other.total
	for k := range r.observed {
		r.observed[k] += other.observed[k]
		r.expected[k] += other.expected[k]
	}
}

// mergeCategories merges categories from the lowest up, each with the next ones until the minimum
// is expected; what is left at the top goes with the last.
func (r *scoreRow) mergeCategories() (observed, expected []float64) {
	var o, e float64
	for k := range r.expected {
		o, e = o+r.observed[k], e+r.expected[k]
		if e >= minimumExpected {
			observed, expected = append(observed, o), append(expected, e)
			o, e = 0, 0
		}
	}
	if last := len(expected) - 1; last >= 0 {
		observed[last] += o
		expected[last] += e
	}
	return observed, expected
}

// group returns the mean scores on the form and on the item.
func (r *scoreRow) group() Group {
	g := Group{At: r.total / float64(r.persons), Persons: r.persons}
	for k := range r.observed {
		g.Observed += float64(k) * r.observed[k]
		g.Expected += float64(k) * r.expected[k]
	}
	g.Observed /= float64(r.persons)
	g.Expected /= float64(r.persons)
	return g
}
