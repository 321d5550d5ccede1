package ui

import (
	"maps"
	"slices"
)

// Faults are the messages of the fields that were refused, by the field's name; under "" what concerns the whole form.
type Faults map[string]string

// Summary lists the faults for the page's error summary, in the order of the fields' names; what concerns the whole form
// leads to the given field.
func (f Faults) Summary(whole string) []FieldError {
	var out []FieldError
	for _, name := range slices.Sorted(maps.Keys(f)) {
		id := name
		if name == "" {
			id = whole
		}
		out = append(out, FieldError{ID: id, Message: f[name]})
	}
	return out
}
