package psy

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"galien/internal/measure"
	"galien/internal/psy/strictjson"
)

// person is one of the field "responses".
type person struct {
	id      string
	group   string   // "" for none
	theta   *float64 // an ability that was estimated elsewhere; nil for none
	answers []given
}

// given is an answer, by the name of its item: the items may come later in the request.
type given struct {
	item     string
	category int
}

// personSet is the field "responses" of a request.
type personSet struct {
	field   string
	persons []person
	index   map[string]int
}

func (s *personSet) read(d *strictjson.Decoder) {
	s.field, s.index = d.Path(), map[string]int{}
	var p person
	known := fields{
		"id":      func(d *strictjson.Decoder) { p.id = d.Name() },
		"group":   func(d *strictjson.Decoder) { p.group = orEmpty(optional(d, d.Name)) },
		"theta":   func(d *strictjson.Decoder) { p.theta = optional(d, func() float64 { return real(d) }) },
		"answers": func(d *strictjson.Decoder) { p.answers = answers(d) },
	}
	d.Array(func(i int) {
		p = person{}
		known.object(d)
		if _, seen := s.index[p.id]; seen {
			d.FailAt("id", "%q is repeated", p.id)
		} else if p.id == "" {
			d.FailAt("id", "missing")
		}
		s.index[p.id] = i
		s.persons = append(s.persons, p)
	})
}

// answers reads an object of categories by item; null is an item that was not given.
func answers(d *strictjson.Decoder) []given {
	list := []given{}
	d.Object(func(item string) bool {
		if category := optional(d, d.Int); category != nil {
			list = append(list, given{item, *category})
		}
		return true
	})
	return list
}

// path names an answer of a person.
func (s *personSet) path(person int, item string) string {
	return fmt.Sprintf("%s[%d].answers.%s", s.field, person, item)
}

// resolve finds the items that a person answered, in the order of the request, and checks the categories.
func (s *personSet) resolve(person int, items *itemSet) ([]measure.Response, error) {
	p := &s.persons[person]
	responses := make([]measure.Response, len(p.answers))
	for n, a := range p.answers {
		i, known := items.index[a.item]
		if !known {
			return nil, fieldError(s.path(person, a.item), "unknown item %q (person %q)", a.item, p.id)
		}
		it := &items.items[i].Item
		if a.category < 0 || a.category >= it.Categories() {
			return nil, fieldError(s.path(person, a.item), "category %d is outside [0, %d] (person %q, item %q)",
				a.category, it.Categories()-1, p.id, it.ID)
		}
		responses[n] = measure.Response{Item: it, Category: a.category}
	}
	return responses, nil
}

// each calls work for the indices below n on all the processors; the first error in order wins.
func each(n int, work func(i int) error) error {
	const batch = 16
	errs := make([]error, n)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+batch-1)/batch) {
		workers.Go(func() {
			for {
				start := int(next.Add(batch)) - batch
				for i := start; i < min(start+batch, n); i++ {
					errs[i] = work(i)
				}
				if start >= n {
					return
				}
			}
		})
	}
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
