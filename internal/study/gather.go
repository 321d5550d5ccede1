package study

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"strconv"

	"galien/internal/assess"
	"galien/internal/item"
	"galien/internal/measure"
	"galien/internal/measure/calibration"
	"galien/internal/measure/fit"
	"galien/internal/platform/errs"
)

// answers are those that a choice takes, in 8 bytes each, and 16 with their details.
type answers struct {
	refs    []item.Ref
	release []string // of each ref: one where it was served
	counts  []int64  // of each ref
	persons int
	rows    []answer
	details []detail // of each row, when they are asked for
	index   map[item.Ref]int
	digest  hash.Hash
}

type answer struct {
	person   uint32
	item     uint16
	category uint8
}

// detail is how an answer was given.
type detail struct {
	options uint32 // the bit of each option chosen, by its place in the author's order; 0: none, or an item without options
	tenths  uint32 // of a second that it took; 0: unknown
}

// gather reads the answers of a sample, with their details when these are wanted. alive is called now and then; its error stops the reading.
func (s *Service) gather(ctx context.Context, sample assess.Sample, detailed bool, alive func() error) (*answers, error) {
	a := &answers{index: map[item.Ref]int{}, digest: sha256.New()}
	err := s.assess.Scored(ctx, sample, func(x assess.Scored) error {
		if len(a.rows)%10_000 == 0 {
			if err := alive(); err != nil {
				return err
			}
		}
		if err := a.add(x); err != nil || !detailed {
			return err
		}
		a.details = append(a.details, detailOf(x))
		return nil
	})
	return a, err
}

func (a *answers) add(x assess.Scored) error {
	i, known := a.index[x.Item]
	if !known {
		if len(a.refs) == calibration.MaxItems {
			return errs.New(errs.Invalid, "study.too_many_items", "most", calibration.MaxItems)
		}
		i = len(a.refs)
		a.index[x.Item] = i
		a.refs, a.release, a.counts = append(a.refs, x.Item), append(a.release, x.Release), append(a.counts, 0)
	}
	if x.Category < 0 || x.Category >= calibration.MaxCategories {
		return fmt.Errorf("item %s: an answer has category %d", x.Item, x.Category)
	}
	a.counts[i]++
	a.persons = x.Person
	a.rows = append(a.rows, answer{uint32(x.Person), uint16(i), uint8(x.Category)})
	_, err := fmt.Fprintf(a.digest, "%d %s %d\n", x.Person, x.Item, x.Category)
	return err
}

func (a *answers) sha() string { return hex.EncodeToString(a.digest.Sum(nil)) }

// shown reports whether enough people answered an item for anything to be shown of it. Each person answers it once here.
func (a *answers) shown(i int) bool { return a.counts[i] >= MinPersons }

// data describes what was read.
func (a *answers) data() Data {
	d := Data{Persons: a.persons, SHA256: a.sha()}
	for i, n := range a.counts {
		if !a.shown(i) {
			d.LeftOut++
			continue
		}
		d.Items++
		d.Answers += int(n)
	}
	return d
}

// build gives the engine the answers to the items that are shown.
func (a *answers) build(items []calibration.Item) (*calibration.Data, error) {
	b, err := calibration.NewBuilder(items, 0)
	if err != nil {
		return nil, err
	}
	err = a.each(func(_ int, person, item string, x answer) error { return b.Add(person, item, int(x.category)) })
	if err != nil {
		return nil, err
	}
	return b.Build()
}

func detailOf(x assess.Scored) detail {
	const tenth = 100_000
	return detail{options: x.Options, tenths: uint32(min(max(x.Took/tenth, 0), math.MaxUint32))}
}

// table gives the statistics the answers to the items that are shown, in the order in which they were given.
func (a *answers) table(items []measure.Item) (*fit.Data, error) {
	b, err := fit.NewBuilder(items)
	if err != nil {
		return nil, err
	}
	err = a.each(func(_ int, person, item string, x answer) error { return b.Add(person, item, int(x.category)) })
	if err != nil {
		return nil, err
	}
	return b.Build()
}

// each gives f the answers to the items that are shown, with their place among all, person after person.
func (a *answers) each(f func(n int, person, item string, x answer) error) error {
	names := make([]string, len(a.refs))
	for i, r := range a.refs {
		names[i] = r.String()
	}
	person, name := uint32(0), ""
	for n, x := range a.rows {
		if !a.shown(int(x.item)) {
			continue
		}
		if x.person != person {
			person, name = x.person, strconv.FormatUint(uint64(x.person), 10)
		}
		if err := f(n, name, names[x.item], x); err != nil {
			return err
		}
	}
	return nil
}
