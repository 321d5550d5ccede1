package assess

import (
	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
)

// event reads the event's columns. fault names the first column that does not hold its type.
func (r *loggedCells) event() (e Event, fault string) {
	var c cellReader
	e = Event{
		PersonID: c.id("person_id", r.PersonID), AttemptID: c.id("attempt_id", r.AttemptID), Seq: int(cell[int64](&c, "seq", r.Seq)),
		At: cell[int64](&c, "at", r.At), Kind: EventKind(cell[string](&c, "kind", r.Kind)), Body: cell[string](&c, "body", r.Body),
		Commitment: cell[[]byte](&c, "commitment", r.Commitment),
	}
	return e, c.fault
}

// stored reads the key's columns.
func (r *loggedCells) stored() (s keyring.Stored, fault string) {
	var c cellReader
	s.Master = cell[string](&c, "master", r.Master)
	if r.Wrapped != nil {
		s.Wrapped = cell[[]byte](&c, "wrapped", r.Wrapped)
	}
	if r.ErasedAt != nil {
		at := cell[int64](&c, "erased_at", r.ErasedAt)
		s.ErasedAt = &at
	}
	return s, c.fault
}

// cellReader remembers the first column that does not hold its type.
type cellReader struct{ fault string }

func (c *cellReader) id(column string, value any) id.ID {
	u, ok := id.Parse(cell[string](c, column, value))
	if !ok && c.fault == "" {
		c.fault = column
	}
	return u
}

func cell[T any](c *cellReader, column string, value any) T {
	v, ok := value.(T)
	if !ok && c.fault == "" {
		c.fault = column
	}
	return v
}
