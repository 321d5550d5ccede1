package psy

import (
	"errors"
	"fmt"
	"math"

	"galien/internal/measure"
	"galien/internal/psy/strictjson"
)

// itemSet is the field "items" of a request.
type itemSet struct {
	field string // where the set is
	items []item
	index map[string]int
}

// item is one of them. Its dimension is a name until a command gives the names an order.
type item struct {
	measure.Item
	dim        string
	tags       []string
	enemies    []string
	accessible bool
	lang       string
}

// read reads the array. It is checked whole: what a command is given can be computed with.
func (s *itemSet) read(d *strictjson.Decoder) { s.readThose(d, func(*itemFields) bool { return true }) }

// readEstimated is read without the items that a calibration could not estimate.
func (s *itemSet) readEstimated(d *strictjson.Decoder) {
	s.readThose(d, func(f *itemFields) bool { return f.status != notCalibrated })
}

func (s *itemSet) readThose(d *strictjson.Decoder, wanted func(*itemFields) bool) {
	s.field, s.index = d.Path(), map[string]int{}
	next := itemReader(d)
	d.Array(func(i int) {
		if i == maxItems {
			d.Fail("more than %d items", maxItems)
			return
		}
		it, f := next()
		if d.Failed() || !wanted(&f) {
			return
		}
		it.complete(d, f)
		if _, seen := s.index[it.ID]; seen {
			d.FailAt("id", "%q is repeated", it.ID)
		}
		s.index[it.ID] = len(s.items)
		s.items = append(s.items, it)
	})
}

// itemFields are those of an item that may be missing; nil when they are.
type itemFields struct {
	model      string
	a, c, u    *float64
	seconds    *int
	accessible *bool
	status     string // of a calibration
}

// itemReader reads items one after the other, the readers of their fields being made once.
func itemReader(d *strictjson.Decoder) func() (item, itemFields) {
	var it item
	var f itemFields
	ignore := d.Skip // what psy calibrate writes beside the parameters
	known := fields{
		"id":         func(d *strictjson.Decoder) { it.ID = d.Name() },
		"model":      func(d *strictjson.Decoder) { f.model = d.String() },
		"a":          func(d *strictjson.Decoder) { f.a = optional(d, d.Float) },
		"b":          func(d *strictjson.Decoder) { it.B = difficulties(d) },
		"c":          func(d *strictjson.Decoder) { f.c = optional(d, d.Float) },
		"u":          func(d *strictjson.Decoder) { f.u = optional(d, d.Float) },
		"dim":        func(d *strictjson.Decoder) { it.dim = orEmpty(optional(d, d.Name)) },
		"family":     func(d *strictjson.Decoder) { it.Family = orEmpty(optional(d, d.Name)) },
		"seconds":    func(d *strictjson.Decoder) { f.seconds = optional(d, d.Int) },
		"enemies":    func(d *strictjson.Decoder) { it.enemies = names(d) },
		"tags":       func(d *strictjson.Decoder) { it.tags = names(d) },
		"accessible": func(d *strictjson.Decoder) { f.accessible = optional(d, d.Bool) },
		"lang":       func(d *strictjson.Decoder) { it.lang = orEmpty(optional(d, d.Name)) },
		"se":         func(*strictjson.Decoder) { ignore() },
		"n":          func(*strictjson.Decoder) { ignore() },
		"status":     func(d *strictjson.Decoder) { f.status = d.String() },
		"reason":     func(*strictjson.Decoder) { ignore() },
	}
	return func() (item, itemFields) {
		it, f = item{}, itemFields{}
		known.object(d)
		return it, f
	}
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// difficulties reads b, which is one number or an array.
func difficulties(d *strictjson.Decoder) []float64 {
	if d.Null() {
		return nil
	}
	return reals(d, maxCategories-1)
}

// complete gives the item its model and its optional fields, and checks the whole.
func (it *item) complete(d *strictjson.Decoder, f itemFields) {
	if it.ID == "" {
		d.FailAt("id", "missing")
		return
	}
	var err error
	switch it.Model, err = measure.ParseModel(f.model); {
	case f.model == "":
		it.fail(d, "model", "missing")
	case err != nil:
		it.fail(d, "model", fmt.Sprintf("%q is none of 1PL, 2PL, 3PL, 4PL, GRM, GPCM", f.model))
	case f.a == nil && it.Model != measure.OnePL:
		it.fail(d, "a", "missing")
	case f.a != nil && !(*f.a > 0 && *f.a <= maxMagnitude):
		it.fail(d, "a", fmt.Sprintf("slope %v is not in (0, %v]", *f.a, maxMagnitude))
	case f.c == nil && (it.Model == measure.ThreePL || it.Model == measure.FourPL):
		it.fail(d, "c", "missing")
	case f.u == nil && it.Model == measure.FourPL:
		it.fail(d, "u", "missing")
	}
	it.A, it.C, it.U = orZero(f.a), orZero(f.c), orZero(f.u)
	it.Seconds = orZero(f.seconds)
	it.accessible = f.accessible != nil && *f.accessible
	var wrong *measure.ItemError
	if err := it.Validate(); errors.As(err, &wrong) {
		it.fail(d, wrong.Field, wrong.Reason)
	}
}

func orZero[T int | float64](v *T) T {
	if v == nil {
		return 0
	}
	return *v
}

func (it *item) fail(d *strictjson.Decoder, field, reason string) {
	d.FailAt(field, "%s (item %q)", reason, it.ID)
}

// path names a field of an item.
func (s *itemSet) path(i int, field string) string {
	return fmt.Sprintf("%s[%d].%s", s.field, i, field)
}

// required fails when the request has no item.
func (s *itemSet) required(field string) error {
	if len(s.items) == 0 {
		return fieldError(field, "missing: at least one item is needed")
	}
	return nil
}

// find returns the index of an item, or an error that names the field that asks for it.
func (s *itemSet) find(id, path string) (int, error) {
	i, known := s.index[id]
	if !known {
		return 0, fieldError(path, "unknown item %q", id)
	}
	return i, nil
}

// plain returns the items as the engine knows them.
func (s *itemSet) plain() []measure.Item {
	list := make([]measure.Item, len(s.items))
	for i := range s.items {
		list[i] = s.items[i].Item
	}
	return list
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
