package assess

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"galien/internal/item"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Sample says which answers a study of the items takes.
type Sample struct {
	Bank, Language string
	From, To       int64  // when they were given, microseconds; To is excluded
	Extent         Extent // of the positionings
}

// Extent says how much of the framework the positionings of a sample are about.
type Extent string

// The extents.
const (
	AnyExtent   Extent = "any"
	WholeExtent Extent = "whole"  // positionings on the whole framework
	PartExtent  Extent = "domain" // positionings on one domain
)

// takes reports whether an attempt of that scope is in the sample.
func (e Extent) takes(scope string) bool {
	return e == AnyExtent || (e == WholeExtent) == (scope == "")
}

// Scored is an answer reduced to what it was worth. The person is a number, from 1 in the order of the reading, which leads
// to nobody.
type Scored struct {
	Person   int
	Item     item.Ref
	Category int
	Release  string // SHA-256 of the one the attempt is pinned to
	Options  uint32 // the bit of each option chosen, by its place in the author's order; 0: none, or an item without options
	Took     int64  // microseconds from the screen to the answer, breaks included; 0 when the screen came before the sample's time
}

// scoredEvents reads in the order of the primary key, so that nothing is sorted; the sign before e.at keeps SQLite from taking
// the index of times instead, which it would then have to sort, bodies included.
const scoredEvents = `SELECT e.person_id, e.attempt_id, e.at, CASE WHEN e.kind = 'answer' THEN e.body ELSE '' END AS body, a.release, a.scope
FROM attempt_event e JOIN attempt a ON a.person_id = e.person_id AND a.id = e.attempt_id
WHERE +e.at >= $1 AND +e.at < $2 AND e.kind IN ('start', 'answer') ORDER BY e.person_id, e.attempt_id, e.seq`

const allAliases = `SELECT alias_id, person_id FROM person_alias`

type scoredRow struct {
	PersonID, AttemptID id.ID
	At                  int64
	Body                string // "" of a start
	Release, Scope      string
}

// Scored gives f the answers of a sample, person after person: the first that each gave to an item in a version, in the order
// of their attempts. The visitor that somebody was is the same person. «Je ne sais pas» counts as the lowest category. Answers
// under a key that was destroyed are gone. f's error stops it and is returned.
func (s *Service) Scored(ctx context.Context, sample Sample, f func(Scored) error) error {
	r := &scoredReader{service: s, sample: sample, f: f, served: map[string]map[string]served{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if r.person > 0 { // f has had answers of a reading that failed: they cannot be taken back
			return errs.New(errs.Unavailable, "web.busy")
		}
		tx = tx.Unscoped("parameters of items are estimated from everybody's answers, without their names")
		if err := r.aliases(ctx, tx); err != nil {
			return err
		}
		err := db.Each(ctx, tx, func(row scoredRow) error { return r.row(ctx, row) }, scoredEvents, sample.From, sample.To)
		if err != nil {
			return err
		}
		return r.together()
	})
	return errs.Wrap(err, "scored answers")
}

// served is an item of a release, with the bits of its options.
type served struct {
	ref     item.Ref
	options map[string]uint32
}

// scoredReader turns the rows of one reading into answers.
type scoredReader struct {
	service *Service
	sample  Sample
	f       func(Scored) error
	served  map[string]map[string]served // by release and item id; empty for a release of another bank
	joined  map[id.ID][]heldAnswer       // by person with visitors that they were: given last, put together
	alias   map[id.ID]id.ID              // whom an id reads as
	holder  id.ID
	person  int
	given   map[item.Ref]bool // by the holder
	attempt id.ID
	at      int64 // of the attempt's last event
}

// heldAnswer waits for the others of its person.
type heldAnswer struct {
	attempt id.ID
	Scored
}

func (r *scoredReader) aliases(ctx context.Context, tx *db.Tx) error {
	r.joined, r.alias = map[id.ID][]heldAnswer{}, map[id.ID]id.ID{}
	type pair struct{ AliasID, PersonID id.ID }
	return db.Each(ctx, tx, func(p pair) error {
		r.alias[p.AliasID], r.alias[p.PersonID] = p.PersonID, p.PersonID
		return nil
	}, allAliases)
}

func (r *scoredReader) row(ctx context.Context, row scoredRow) error {
	took := row.At - r.at
	if row.AttemptID != r.attempt {
		took = 0
	}
	r.attempt, r.at = row.AttemptID, row.At
	if row.Body == "" || !r.sample.Extent.takes(row.Scope) {
		return nil
	}
	x, ok, err := r.scored(ctx, row)
	if err != nil || !ok {
		return err
	}
	x.Took = took
	if holder, is := r.alias[row.PersonID]; is {
		r.joined[holder] = append(r.joined[holder], heldAnswer{row.AttemptID, x})
		return nil
	}
	return r.give(row.PersonID, x)
}

// scored reads an answer; ok is false for one of another bank.
func (r *scoredReader) scored(ctx context.Context, row scoredRow) (x Scored, ok bool, err error) {
	items, err := r.release(ctx, row.Release)
	if err != nil {
		return x, false, err
	}
	var answer struct {
		Item     string `json:"item"`
		Category int    `json:"category"`
		Response struct {
			Choices []string `json:"choices"`
		} `json:"response"`
	}
	if err := json.Unmarshal([]byte(row.Body), &answer); err != nil {
		return x, false, errs.Wrap(err, "answer event")
	}
	it, ok := items[answer.Item]
	x = Scored{Item: it.ref, Category: answer.Category, Release: row.Release}
	for _, c := range answer.Response.Choices {
		x.Options |= it.options[c]
	}
	return x, ok, nil
}

// give numbers the person and passes the answer on, unless they answered the item before.
func (r *scoredReader) give(holder id.ID, x Scored) error {
	if holder != r.holder {
		r.holder, r.given = holder, map[item.Ref]bool{}
		r.person++
	}
	if r.given[x.Item] {
		return nil
	}
	r.given[x.Item] = true
	x.Person = r.person
	return r.f(x)
}

// together gives the answers of those who were visitors before, in the order of their attempts: an attempt's id begins with
// its time.
func (r *scoredReader) together() error {
	holders := slices.SortedFunc(maps.Keys(r.joined), compareIDs)
	for _, holder := range holders {
		held := r.joined[holder]
		slices.SortStableFunc(held, func(a, b heldAnswer) int { return compareIDs(a.attempt, b.attempt) })
		for _, h := range held {
			if err := r.give(holder, h.Scored); err != nil {
				return err
			}
		}
	}
	return nil
}

func compareIDs(a, b id.ID) int { return bytes.Compare(a[:], b[:]) }

// release lists the items of a release, none when it is of another bank or language.
func (r *scoredReader) release(ctx context.Context, sha string) (map[string]served, error) {
	if items, ok := r.served[sha]; ok {
		return items, nil
	}
	p, err := r.service.items.Release(ctx, sha)
	if err != nil {
		return nil, err
	}
	items := map[string]served{}
	if m := p.Manifest; m.Bank == r.sample.Bank && m.Language == r.sample.Language {
		for _, e := range m.Items {
			it := served{ref: item.Ref{ID: e.ID, Version: e.Version}, options: map[string]uint32{}}
			if authored, ok := p.Bank.Item(e.ID); ok {
				for i, option := range authored.OptionIDs() {
					it.options[option] = 1 << min(i, 31)
				}
			}
			items[e.ID] = it
		}
	}
	r.served[sha] = items
	return items, nil
}
