package psy

import (
	"fmt"
	"io"

	"galien/internal/psy/strictjson"
)

// What a request may hold at most.
const (
	maxInput      = 1 << 30 // bytes
	maxItems      = 1 << 16
	maxCategories = 64
	maxThetas     = 1 << 16
	maxCells      = 1 << 26 // numbers in an answer
	maxDims       = 64
	maxPoints     = 1 << 16 // of a grid
	maxMagnitude  = 1e6     // of an ability or of a parameter: beyond it, squares and sums would lose their digits

	// The standard deviations of a normal: a narrower one is a known ability, a wider one says nothing.
	minSD, maxSD = 1e-3, 100
	maxMean      = 1e3 // of the normal of one ability
)

// FieldError says which field of the request is wrong, and why.
type FieldError = strictjson.Error

func fieldError(path, format string, args ...any) error {
	return &FieldError{Path: path, Reason: fmt.Sprintf(format, args...)}
}

// fields are the readers of a request, by the name of the field.
type fields map[string]func(*strictjson.Decoder)

// object reads an object that has no other field.
func (f fields) object(d *strictjson.Decoder) {
	d.Object(func(key string) bool {
		read, known := f[key]
		if known {
			read(d)
		}
		return known
	})
}

// read reads a whole request.
func (f fields) read(in io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	switch {
	case err != nil:
		return fieldError("input", "%v", err)
	case len(data) > maxInput:
		return fieldError("input", "more than %d bytes", maxInput)
	}
	return strictjson.Decode(data, func(d *strictjson.Decoder) {
		if !d.IsObject() {
			d.Fail("an object is expected")
			return
		}
		f.object(d)
	})
}

// optional reads a value unless it is null.
func optional[T any](d *strictjson.Decoder, read func() T) *T {
	if d.Null() {
		return nil
	}
	v := read()
	return &v
}

// real reads a number of a sensible size.
func real(d *strictjson.Decoder) float64 {
	v := d.Float()
	if v > maxMagnitude || v < -maxMagnitude {
		d.Fail("%v is outside ±%v", v, maxMagnitude)
		return 0
	}
	return v
}

// reals reads an array of numbers; one number stands for an array of one.
func reals(d *strictjson.Decoder, most int) []float64 {
	if !d.IsArray() {
		return []float64{real(d)}
	}
	var list []float64
	d.Array(func(i int) {
		if i == most {
			d.Fail("more than %d numbers", most)
			return
		}
		list = append(list, real(d))
	})
	return list
}

// names reads an array of names; one name stands for an array of one.
func names(d *strictjson.Decoder) []string {
	if d.Null() {
		return nil
	}
	if !d.IsArray() {
		return []string{d.Name()}
	}
	list := []string{}
	d.Array(func(int) { list = append(list, d.Name()) })
	return list
}

// matrix reads a square matrix, as an array of rows, into row-major order; one number stands for a 1×1 matrix.
func matrix(d *strictjson.Decoder) (m []float64, rows int) {
	if !d.IsArray() {
		return []float64{real(d)}, 1
	}
	d.Array(func(i int) {
		row := reals(d, maxDims)
		if i == 0 {
			rows = len(row)
		}
		if len(row) != rows || i >= rows {
			d.Fail("%d numbers in row %d of a square matrix of %d", len(row), i, rows)
		}
		m = append(m, row...)
	})
	if len(m) != rows*rows {
		d.Fail("%d rows of %d numbers: the matrix is not square", len(m)/rows, rows)
	}
	return m, rows
}
