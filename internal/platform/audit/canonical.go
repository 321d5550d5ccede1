package audit

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"galien/internal/platform/id"
)

// The versions are in every envelope and leaf: what is committed says how to read it. Leaves of the first format, which
// left out who, where and on what, are still read.
const (
	envelopeVersion = 1
	leafVersion     = 2
)

var integer = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,18})$`)

// Canonical returns the one JSON text of a value: names in the order of their bytes, no space, no HTML escapes, numbers
// only as integers of at most 19 digits. A fraction is an error, because its text would depend on who wrote it: send it
// as a string or in smaller units.
func Canonical(value any) ([]byte, error) {
	text, err := encode(value)
	if err != nil {
		return nil, fmt.Errorf("no canonical JSON: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, fmt.Errorf("no canonical JSON: %w", err)
	}
	if err := onlyIntegers(tree); err != nil {
		return nil, err
	}
	return encode(tree) // maps are written in the order of their keys
}

func onlyIntegers(tree any) error {
	switch t := tree.(type) {
	case json.Number:
		if !integer.MatchString(t.String()) {
			return fmt.Errorf("no canonical JSON: the number %s is not an integer of at most 19 digits", t)
		}
	case []any:
		for _, v := range t {
			if err := onlyIntegers(v); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, v := range t {
			if err := onlyIntegers(v); err != nil {
				return err
			}
		}
	}
	return nil
}

func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// record is a row of audit_event.
type record struct {
	ID         id.ID
	At         int64
	Action     string
	ActorID    id.ID
	SubjectID  id.ID
	OrgID      id.ID
	Object     string
	Details    string
	KeyID      id.ID
	Commitment []byte
}

// envelope returns the bytes that an event's commitment covers: a JSON object with exactly these names in this order,
// ids as text, at in microseconds since 1970 UTC, details as a string that holds JSON (so that no text of theirs can
// pass for another field), v the format's version.
func (r *record) envelope() []byte {
	return mustEncode(struct {
		Action  string `json:"action"`
		Actor   id.ID  `json:"actor"`
		At      int64  `json:"at"`
		Details string `json:"details"`
		ID      id.ID  `json:"id"`
		Object  string `json:"object"`
		Org     id.ID  `json:"org"`
		Subject id.ID  `json:"subject"`
		V       int    `json:"v"`
	}{r.Action, r.ActorID, r.At, r.Details, r.ID, r.Object, r.OrgID, r.SubjectID, envelopeVersion})
}

// leaf returns the bytes of the event's leaf in the Merkle log: everything but the details, so that all that an erasure
// keeps stays checkable when the key is destroyed.
func (r *record) leaf() []byte {
	return mustEncode(struct {
		Action     string `json:"action"`
		Actor      id.ID  `json:"actor"`
		At         int64  `json:"at"`
		Commitment string `json:"commitment"`
		Event      id.ID  `json:"event"`
		Key        id.ID  `json:"key"`
		Object     string `json:"object"`
		Org        id.ID  `json:"org"`
		Subject    id.ID  `json:"subject"`
		V          int    `json:"v"`
	}{r.Action, r.ActorID, r.At, hex.EncodeToString(r.Commitment), r.ID, r.KeyID, r.Object, r.OrgID, r.SubjectID, leafVersion})
}

// firstLeaf is the leaf in the first format.
func (r *record) firstLeaf() []byte {
	return mustEncode(struct {
		Action     string `json:"action"`
		At         int64  `json:"at"`
		Commitment string `json:"commitment"`
		Event      id.ID  `json:"event"`
		Key        id.ID  `json:"key"`
		V          int    `json:"v"`
	}{r.Action, r.At, hex.EncodeToString(r.Commitment), r.ID, r.KeyID, 1})
}

// leafHash returns the hash of the event's leaf in the format in which it was sealed: the first one where that gives the
// sealed hash. Nobody can choose the format, since the signed tree holds the hash.
func (r *record) leafHash(sealed tlog.Hash) tlog.Hash {
	if h := tlog.RecordHash(r.firstLeaf()); h == sealed {
		return h
	}
	return tlog.RecordHash(r.leaf())
}

// mustEncode writes strings, integers and ids, which always have a JSON form.
func mustEncode(v any) []byte {
	text, err := encode(v)
	if err != nil {
		panic(errors.Join(errors.New("audit: encode"), err))
	}
	return slices.Clip(text)
}
