package audit

import (
	"context"
	"fmt"
	"math"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
)

// pager walks a table in the order of an integer key, one page in memory at a time. A row whose key is not an integer,
// which SQLite lets a superuser write, is reported and left out.
type pager[T any] struct {
	v         *verifier
	table     string
	statement string // $1: the last key, $2: the size of a page
	key       func(*T) any
	rows      []T
	keys      []int64
	after     int64
	ended     bool
}

func newPager[T any](v *verifier, table, statement string, key func(*T) any) *pager[T] {
	return &pager[T]{v: v, table: table, statement: statement, key: key, after: math.MinInt64}
}

// peek returns the next row and its key, or nil after the last one.
func (p *pager[T]) peek(ctx context.Context) (*T, int64, error) {
	if len(p.rows) == 0 && !p.ended {
		if err := p.load(ctx); err != nil {
			return nil, 0, err
		}
	}
	if len(p.rows) == 0 {
		return nil, 0, nil
	}
	return &p.rows[0], p.keys[0], nil
}

// skip goes beyond the row that peek returned.
func (p *pager[T]) skip() { p.rows, p.keys = p.rows[1:], p.keys[1:] }

func (p *pager[T]) load(ctx context.Context) error {
	rows, err := db.Many[T](ctx, p.v.tx, p.statement, p.after, pageSize)
	if err != nil {
		return err
	}
	p.rows, p.keys = nil, nil
	for _, row := range rows {
		key, ok := p.key(&row).(int64)
		if !ok {
			p.v.find(p.table, p.key(&row), "altered: the key is not a whole number")
			continue
		}
		p.rows, p.keys, p.after = append(p.rows, row), append(p.keys, key), key
	}
	p.ended = len(rows) < pageSize || len(p.rows) == 0
	if !p.ended {
		p.shorten()
	}
	return nil
}

// shorten leaves the rows of a full page's last key to the next page, which begins after a key: where a superuser has
// dropped the primary key, more of them may follow.
func (p *pager[T]) shorten() {
	n := len(p.keys)
	for n > 0 && p.keys[n-1] == p.after {
		n--
	}
	if n > 0 {
		p.rows, p.keys, p.after = p.rows[:n], p.keys[:n], p.keys[n-1]
	}
}

// at returns the row at a key, nil when it is missing. Rows before it are surplus and reported.
func (p *pager[T]) at(ctx context.Context, key int64) (*T, error) {
	for {
		row, k, err := p.peek(ctx)
		if err != nil || row == nil || k > key {
			return nil, err
		}
		p.skip()
		if k == key {
			return row, nil
		}
		p.v.find(p.table, k, "inserted: nothing was stored at this position, or it is there twice")
	}
}

// cells turns what a query returned into Go values and remembers the first that has not its column's type: SQLite lets
// a superuser write anything anywhere, and it must become a finding, not an error.
type cells struct{ fault string }

func (c *cells) bad(column string, value any) {
	if c.fault == "" {
		c.fault = fmt.Sprintf("altered: column %s cannot hold what it holds (%T)", column, value)
	}
}

func (c *cells) integer(column string, value any) int64 {
	n, ok := value.(int64)
	if !ok {
		c.bad(column, value)
	}
	return n
}

func (c *cells) text(column string, value any) string {
	s, ok := value.(string)
	if !ok {
		c.bad(column, value)
	}
	return s
}

func (c *cells) bytes(column string, value any) []byte {
	b, ok := value.([]byte)
	if !ok {
		c.bad(column, value)
	}
	return b
}

func (c *cells) id(column string, value any) id.ID {
	s, _ := value.(string)
	u, ok := id.Parse(s)
	if !ok {
		c.bad(column, value)
	}
	return u
}

// eventCells is an event and its key as the database returns them.
type eventCells struct {
	ID, At, Action, ActorID, SubjectID, OrgID, Object, Details, KeyID, Commitment any
	Wrapped, Master, ErasedAt                                                     any
}

func (e *eventCells) record() (record, string) {
	var c cells
	r := record{
		ID: c.id("id", e.ID), At: c.integer("at", e.At), Action: c.text("action", e.Action),
		ActorID: c.id("actor_id", e.ActorID), SubjectID: c.id("subject_id", e.SubjectID), OrgID: c.id("org_id", e.OrgID),
		Object: c.text("object", e.Object), Details: c.text("details", e.Details),
		KeyID: c.id("key_id", e.KeyID), Commitment: c.bytes("commitment", e.Commitment),
	}
	return r, c.fault
}

func (e *eventCells) stored() (keyring.Stored, string) {
	var c cells
	s := keyring.Stored{Master: c.text("master", e.Master)}
	if e.Wrapped != nil {
		s.Wrapped = c.bytes("wrapped", e.Wrapped)
	}
	if e.ErasedAt != nil {
		at := c.integer("erased_at", e.ErasedAt)
		s.ErasedAt = &at
	}
	return s, c.fault
}
