package fit

import (
	"errors"
	"fmt"
	"strconv"

	"galien/internal/measure"
)

// MaxItems is how many items one data set may hold.
const MaxItems = 1 << 24

// MaxCategories is how many categories an item may have.
const MaxCategories = 1 << 8

// ErrEmpty says that there is no answer.
var ErrEmpty = errors.New("fit: no answer")

// RowError tells which answer of which person is wrong, and why.
type RowError struct {
	Person, Item, Reason string
}

// Error implements error.
func (e *RowError) Error() string {
	return fmt.Sprintf("fit: person %q, item %q: %s", e.Person, e.Item, e.Reason)
}

// Data holds the answers of persons to items with known parameters. A person answered any of the
// items, and the answers of a person keep the order in which they were added. It does not change,
// and is safe for concurrent use. An answer takes four bytes.
type Data struct {
	items   []measure.Item
	persons []string
	start   []int // where each person's answers start, and the end
	answers []answer
}

// answer packs the index of an item and the category given.
type answer uint32

func (a answer) item() int     { return int(a >> 8) }
func (a answer) category() int { return int(a & (MaxCategories - 1)) }

// Items is the number of items.
func (d *Data) Items() int { return len(d.items) }

// Persons is the number of persons.
func (d *Data) Persons() int { return len(d.persons) }

// Answers is the number of answers.
func (d *Data) Answers() int { return len(d.answers) }

// Item returns the item of an index.
func (d *Data) Item(item int) measure.Item { return d.items[item] }

// Person returns the name of a person.
func (d *Data) Person(person int) string { return d.persons[person] }

func (d *Data) answersOf(person int) []answer {
	return d.answers[d.start[person]:d.start[person+1]]
}

// Complete tells whether everyone answered every item.
func (d *Data) Complete() bool { return len(d.answers) == len(d.items)*len(d.persons) }

// Builder gathers rows (person, item, category) into a Data.
type Builder struct {
	items     []measure.Item
	itemIndex map[string]int
	persons   []string
	personAt  map[string]int
	answers   [][]answer
}

// NewBuilder takes the items, which it checks; their names must differ.
func NewBuilder(items []measure.Item) (*Builder, error) {
	b := &Builder{items: items, itemIndex: make(map[string]int, len(items)), personAt: map[string]int{}}
	if len(items) > MaxItems {
		return nil, fmt.Errorf("fit: more than %d items", MaxItems)
	}
	for j := range items {
		if err := items[j].Validate(); err != nil {
			return nil, fmt.Errorf("fit: %w", err)
		}
		if items[j].Categories() > MaxCategories {
			return nil, fmt.Errorf("fit: item %q: more than %d categories", items[j].ID, MaxCategories)
		}
		if _, seen := b.itemIndex[items[j].ID]; seen {
			return nil, fmt.Errorf("fit: item %q is there twice", items[j].ID)
		}
		b.itemIndex[items[j].ID] = j
	}
	return b, nil
}

// Add records the category that a person gave to an item, after the person's other answers. It
// refuses an unknown item and a category that the item does not have.
func (b *Builder) Add(person, item string, category int) error {
	j, known := b.itemIndex[item]
	if !known {
		return &RowError{person, item, "this item is not among the items"}
	}
	if top := b.items[j].Categories() - 1; category < 0 || category > top {
		return &RowError{person, item, fmt.Sprintf("category %d is outside [0, %d]", category, top)}
	}
	p, known := b.personAt[person]
	if !known {
		p = len(b.persons)
		b.personAt[person] = p
		b.persons = append(b.persons, person)
		b.answers = append(b.answers, nil)
	}
	b.answers[p] = append(b.answers[p], answer(j<<8|category))
	return nil
}

// Build returns the data. It refuses an empty set (ErrEmpty) and a person who answered an item
// twice (a *RowError). Persons come in the order of their first row.
func (b *Builder) Build() (*Data, error) {
	d := &Data{items: b.items, persons: b.persons, start: make([]int, 1, len(b.persons)+1)}
	if len(b.persons) == 0 {
		return nil, ErrEmpty
	}
	last := make([]int, len(b.items)) // the last person, from 1, who answered the item
	for p, answers := range b.answers {
		for _, a := range answers {
			if last[a.item()] == p+1 {
				return nil, &RowError{b.persons[p], b.items[a.item()].ID, "this pair is there twice"}
			}
			last[a.item()] = p + 1
		}
		d.answers = append(d.answers, answers...)
		d.start = append(d.start, len(d.answers))
	}
	return d, nil
}

// Matrix returns the data of a table of categories, one row a person and one column an item; -1
// stands for an item that the person did not get. Persons are named by their row, from 1. A row
// without an answer is refused.
func Matrix(items []measure.Item, categories [][]int) (*Data, error) {
	b, err := NewBuilder(items)
	if err != nil {
		return nil, err
	}
	for p, row := range categories {
		name, answered := strconv.Itoa(p+1), false
		if len(row) != len(items) {
			return nil, fmt.Errorf("fit: person %q: %d categories for %d items", name, len(row), len(items))
		}
		for j, category := range row {
			if category == -1 {
				continue
			}
			if err := b.Add(name, items[j].ID, category); err != nil {
				return nil, err
			}
			answered = true
		}
		if !answered {
			return nil, fmt.Errorf("fit: person %q: no answer", name)
		}
	}
	return b.Build()
}
