package calibration

import (
	"errors"
	"fmt"

	"galien/internal/measure"
)

// ErrEmpty says that the builder was given no response.
var ErrEmpty = errors.New("calibration: no response")

// RowError tells which row, item or person is wrong, and why.
type RowError struct {
	Person, Item, Reason string
}

// Error implements error.
func (e *RowError) Error() string {
	return fmt.Sprintf("calibration: person %q, item %q: %s", e.Person, e.Item, e.Reason)
}

// blockRows is how many responses a block of the builder holds. Blocks do not move
// when the builder grows: an array that doubles would take three times their room.
const blockRows = 1 << 16

// Builder gathers long rows (person, item, score) into a Data. A row costs 4 bytes when
// the rows of each person follow one another, and up to 16 when they are scattered.
type Builder struct {
	undeclared measure.Model
	items      []Item
	itemIndex  map[string]int
	groups     []string
	groupOf    map[uint32]uint8

	people map[string]uint32
	names  []string
	last   string // person of the last row
	blocks [][]uint32
	count  int
	runs   []run
}

// run is a number of consecutive rows of one person, in one block.
type run struct{ person, block, start, rows uint32 }

// NewBuilder takes the items. Rows of an item that is not among them take the
// model undeclared; they are an error when it is 0.
func NewBuilder(items []Item, undeclared measure.Model) (*Builder, error) {
	b := &Builder{
		undeclared: undeclared,
		itemIndex:  make(map[string]int, len(items)),
		groups:     []string{""},
		groupOf:    map[uint32]uint8{},
		people:     map[string]uint32{},
	}
	if undeclared != 0 {
		probe := Item{ID: "undeclared", Model: undeclared}
		if err := probe.complete(); err != nil {
			return nil, err
		}
	}
	for _, it := range items {
		if _, err := b.declare(it); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (b *Builder) declare(it Item) (int, error) {
	if err := it.complete(); err != nil {
		return 0, err
	}
	if _, seen := b.itemIndex[it.ID]; seen {
		return 0, fmt.Errorf("calibration: item %q is declared twice", it.ID)
	}
	if len(b.items) == MaxItems {
		return 0, fmt.Errorf("calibration: more than %d items", MaxItems)
	}
	b.itemIndex[it.ID] = len(b.items)
	b.items = append(b.items, it)
	return len(b.items) - 1, nil
}

// complete fills what follows from the rest of an item, and refuses what cannot be.
func (it *Item) complete() error {
	if it.Fixed != nil {
		fixed := *it.Fixed
		if fixed.ID == "" {
			fixed.ID = it.ID
		}
		if err := fixed.Validate(); err != nil {
			return fmt.Errorf("calibration: fixed %w", err)
		}
		it.Fixed, it.Model, it.Categories = &fixed, fixed.Model, fixed.Categories()
	}
	dichotomous := it.Model >= measure.OnePL && it.Model <= measure.FourPL
	switch {
	case it.ID == "":
		return errors.New("calibration: an item has no id")
	case it.Model < measure.OnePL || it.Model > measure.GPCM:
		return fmt.Errorf("calibration: item %q: unknown model", it.ID)
	case it.Model == measure.FourPL && it.Fixed == nil:
		return fmt.Errorf("calibration: item %q: the upper asymptote of a 4PL is not estimated", it.ID)
	case dichotomous && it.Categories == 0:
		it.Categories = 2
	case dichotomous && it.Categories != 2:
		return fmt.Errorf("calibration: item %q: %d categories where %v takes two", it.ID, it.Categories, it.Model)
	case it.Categories < 0 || it.Categories == 1 || it.Categories > MaxCategories:
		return fmt.Errorf("calibration: item %q: %d categories are outside [2, %d]", it.ID, it.Categories, MaxCategories)
	}
	return nil
}

// Add records the score of a person on an item. It refuses an undeclared item, and
// a score outside the item's categories. A repeated pair is found by Build.
func (b *Builder) Add(person, item string, score int) error {
	j, seen := b.itemIndex[item]
	if !seen {
		if b.undeclared == 0 {
			return &RowError{person, item, "this item is not declared"}
		}
		var err error
		if j, err = b.declare(Item{ID: item, Model: b.undeclared}); err != nil {
			return err
		}
	}
	top := b.items[j].Categories
	if top == 0 {
		top = MaxCategories
	}
	if score < 0 || score >= top {
		return &RowError{person, item, fmt.Sprintf("score %d is outside [0, %d]", score, top-1)}
	}
	b.append(b.person(person), uint32(j)<<8|uint32(score))
	return nil
}

// Group puts a person in a group; persons without one are in the reference group,
// whose name is "". The population of the reference group is N(0, 1), those of the
// others are estimated. The last call for a person counts. It allows 255 groups.
func (b *Builder) Group(person, group string) error {
	for g, name := range b.groups {
		if name == group {
			b.groupOf[b.person(person)] = uint8(g)
			return nil
		}
	}
	if len(b.groups) == 255 {
		return fmt.Errorf("calibration: group %q: more than 255 groups", group)
	}
	b.groups = append(b.groups, group)
	b.groupOf[b.person(person)] = uint8(len(b.groups) - 1)
	return nil
}

// person returns the index of a name. Most files are sorted by person, so the last
// name is tried first.
func (b *Builder) person(name string) uint32 {
	if name == b.last && len(b.runs) > 0 {
		return b.runs[len(b.runs)-1].person
	}
	p, seen := b.people[name]
	if !seen {
		p = uint32(len(b.names))
		b.people[name] = p
		b.names = append(b.names, name)
	}
	return p
}

func (b *Builder) append(person, packed uint32) {
	if n := len(b.runs); n == 0 || b.runs[n-1].person != person {
		if n == 0 {
			b.blocks = append(b.blocks, make([]uint32, 0, blockRows))
		}
		block := len(b.blocks) - 1
		b.runs = append(b.runs, run{person, uint32(block), uint32(len(b.blocks[block])), 0})
		b.last = b.names[person]
	}
	r := &b.runs[len(b.runs)-1]
	if last := b.blocks[r.block]; len(last) == cap(last) {
		b.moveRun(r)
	}
	b.blocks[r.block] = append(b.blocks[r.block], packed)
	r.rows++
	b.count++
}

// moveRun takes the last run to a new block, with room for as much again: a run does
// not straddle blocks.
func (b *Builder) moveRun(r *run) {
	old := b.blocks[r.block]
	block := append(make([]uint32, 0, max(blockRows, 2*int(r.rows))), old[r.start:]...)
	b.blocks[r.block] = old[:r.start]
	b.blocks = append(b.blocks, block)
	r.block, r.start = uint32(len(b.blocks)-1), 0
}
