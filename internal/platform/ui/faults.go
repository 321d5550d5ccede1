package ui

import (
	"cmp"
	"maps"
	"slices"
)

// Faults are the messages of the fields that were refused, by the field's name; under "" what concerns the whole form.
type Faults map[string]string

// Summary lists the faults for the page's error summary, in the order of the form's fields as given, then of the others'
// names; what concerns the whole form comes first and leads to the given field.
func (f Faults) Summary(whole string, order ...string) []FieldError {
	var out []FieldError
	for _, name := range f.names(order) {
		id := name
		if name == "" {
			id = whole
		}
		out = append(out, FieldError{ID: id, Message: f[name]})
	}
	return out
}

func (f Faults) names(order []string) []string {
	order = slices.Insert(slices.Clone(order), 0, "")
	rank := func(name string) int {
		if i := slices.Index(order, name); i >= 0 {
			return i
		}
		return len(order)
	}
	return slices.SortedFunc(maps.Keys(f), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
}
