package assess

import (
	"bytes"
	"encoding/hex"
	"encoding/json"

	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
)

// envelope is what a commitment covers. Each event carries the commitment of the one before, so that a log can only be
// extended at its end. The field order is the canonical order.
type envelope struct {
	V       int             `json:"v"` // version of this schema
	Person  id.ID           `json:"person"`
	Attempt id.ID           `json:"attempt"`
	Seq     int             `json:"seq"`
	At      int64           `json:"at"`
	Kind    EventKind       `json:"kind"`
	Prev    string          `json:"prev"` // commitment of the previous event, in hexadecimal; empty for the first
	Body    json.RawMessage `json:"body"`
}

// newEvent makes the event that follows prev in its log.
func newEvent(key keyring.Key, prev Event, at int64, kind EventKind, body any) (Event, error) {
	text, err := canonical(body)
	if err != nil {
		return Event{}, err
	}
	e := Event{PersonID: prev.PersonID, AttemptID: prev.AttemptID, Seq: prev.Seq + 1, At: max(at, prev.At), Kind: kind, Body: text}
	return e, e.commit(key, prev.Commitment)
}

// commit fills the event's commitment, under the person's key and after prev.
func (e *Event) commit(key keyring.Key, prev []byte) error {
	sum, err := e.commitment(key, prev)
	e.Commitment = sum
	return err
}

func (e *Event) commitment(key keyring.Key, prev []byte) ([]byte, error) {
	message, err := canonical(envelope{V: 1, Person: e.PersonID, Attempt: e.AttemptID, Seq: e.Seq, At: e.At, Kind: e.Kind,
		Prev: hex.EncodeToString(prev), Body: json.RawMessage(e.Body)})
	if err != nil {
		return nil, err
	}
	sum := key.Commit([]byte(message))
	return sum[:], nil
}

// canonical encodes v as JSON with fields in their declared order, map keys sorted, no added spaces and no escaping of
// HTML: one byte sequence for one value.
func canonical(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}
