package fit

import (
	"encoding/binary"
	"slices"
)

// form is a set of items with the persons who answered just these.
type form struct {
	items   []int // ascending
	persons []int
}

// forms gathers the persons by the set of items that they answered, in the order of the first
// person of each.
func (d *Data) forms() []form {
	var forms []form
	at := map[string]int{}
	var items []int
	var key []byte
	for p := range d.persons {
		items, key = items[:0], key[:0]
		for _, a := range d.answersOf(p) {
			items = append(items, a.item())
		}
		slices.Sort(items)
		for _, j := range items {
			key = binary.AppendUvarint(key, uint64(j))
		}
		f, known := at[string(key)]
		if !known {
			f = len(forms)
			at[string(key)] = f
			forms = append(forms, form{items: slices.Clone(items)})
		}
		forms[f].persons = append(forms[f].persons, p)
	}
	return forms
}
