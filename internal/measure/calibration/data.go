package calibration

import (
	"galien/internal/measure"
)

// MaxItems is how many items one data set may hold: an item takes two bytes in
// each of its responses.
const MaxItems = 1 << 16

// MaxCategories is how many scores an item may give.
const MaxCategories = 64

// Item says how one item of the data is to be modelled.
type Item struct {
	// ID names the item in the rows.
	ID string
	// Model is one of OnePL, TwoPL, ThreePL, GRM and GPCM; a fixed item may also be FourPL.
	Model measure.Model
	// Categories is the number of scores, from 0; 0 stands for 2 under the
	// dichotomous models, and for one more than the highest score seen under the others.
	Categories int
	// Fixed holds the item at these parameters, which are not estimated. Its model
	// and number of categories then replace the two fields above.
	Fixed *measure.Item
}

// Data is a set of responses ready for calibration. It does not change, and is
// safe for concurrent use.
//
// Responses are kept by person. The persons who answered the same set of items
// follow one another and share that list, a «form»; a person who answered what
// nobody else did (adaptive tests) is a form of one. A response takes one byte for
// its category and, in a form of its own, two for its item: 25 MB for 8.4 million.
// Identical patterns of answers of one group are one row with a weight.
type Data struct {
	items  []Item
	counts [][]int64 // responses of each item by category
	groups []string

	forms      []form
	formItems  []uint16 // the forms' lists, one after the other
	categories []uint8  // row by row, in the order of the form's list
	rowWeight  []uint32 // persons of each row; nil when every row is one person
	rowGroup   []uint8  // nil when there is one group

	rows, persons, responses int
	rough                    *rough
}

// form is a list of items with the rows of the persons who answered just these.
// The items of the exponential family come first (see estep.go), and each of the
// two parts is in the order of the data's items.
type form struct {
	items     uint32 // start in formItems
	length    uint32
	linear    uint32 // how many of the items, the first ones, are of the exponential family
	row, rows uint32 // its rows
	answers   uint64 // start in categories
}

// Persons is the number of persons who answered at least one item.
func (d *Data) Persons() int { return d.persons }

// Responses is the number of responses.
func (d *Data) Responses() int { return d.responses }

// Items is the number of items.
func (d *Data) Items() int { return len(d.items) }

// Patterns is the number of distinct answer patterns kept.
func (d *Data) Patterns() int { return d.rows }

// Forms is the number of distinct sets of items that persons answered.
func (d *Data) Forms() int { return len(d.forms) }

// Groups returns the names of the groups, the reference group first.
func (d *Data) Groups() []string { return append([]string(nil), d.groups...) }

// Counts returns how often each category of an item was given, from category 0.
func (d *Data) Counts(item int) []int64 { return append([]int64(nil), d.counts[item]...) }

// answered is the number of responses to an item.
func (d *Data) answered(item int) (n int64) {
	for _, c := range d.counts[item] {
		n += c
	}
	return n
}

// Bytes is the memory that the responses hold.
func (d *Data) Bytes() int {
	return 40*len(d.forms) + 2*len(d.formItems) + len(d.categories) + 4*len(d.rowWeight) + len(d.rowGroup)
}

func (d *Data) weight(row uint32) float64 {
	if d.rowWeight == nil {
		return 1
	}
	return float64(d.rowWeight[row])
}

func (d *Data) group(row uint32) int {
	if d.rowGroup == nil {
		return 0
	}
	return int(d.rowGroup[row])
}

// listOf returns the items of a form.
func (d *Data) listOf(f *form) []uint16 { return d.formItems[f.items : f.items+f.length] }

// answersOf returns the categories of a row of a form.
func (d *Data) answersOf(f *form, row uint32) []uint8 {
	at := f.answers + uint64(row-f.row)*uint64(f.length)
	return d.categories[at : at+uint64(f.length)]
}

// exponential tells whether a model is of the exponential family in the ability:
// the logarithm of the probability of category k is k·aθ + c_k - D(θ).
func exponential(m measure.Model) bool {
	return m == measure.OnePL || m == measure.TwoPL || m == measure.GPCM
}

// logConcave tells whether the log-probability of every category is concave in
// the ability; a lower or an upper asymptote undoes it.
func logConcave(m measure.Model) bool {
	return m != measure.ThreePL && m != measure.FourPL
}
