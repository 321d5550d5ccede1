package audit

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/platform/keyring"
	"galien/internal/testkit"
)

func TestRecordStoresTheEventAsGiven(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		actor, subject, org := id.New(start), id.New(start), id.New(start)
		f.record(Event{Action: "role.grant", Actor: actor, Subject: subject, Org: org, Object: "role:1", Details: map[string]any{"to": "<b>&", "from": 1}})
		got := column[record](f, `SELECT id, at, action, actor_id, subject_id, org_id, object, details, key_id, commitment FROM audit_event`)
		if len(got) != 1 {
			t.Fatalf("got %d events", len(got))
		}
		want := record{
			ID: got[0].ID, At: start.UnixMicro(), Action: "role.grant", ActorID: actor, SubjectID: subject, OrgID: org, Object: "role:1",
			Details: `{"from":1,"to":"<b>&"}`, KeyID: subject, Commitment: got[0].Commitment,
		}
		if diff := cmp.Diff(want, got[0]); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCommitmentCoversThePublishedEnvelope(t *testing.T) {
	r := record{At: 12, Action: "a.b", Details: `{"x":"<"}`, Object: `o"`}
	const nilID = "00000000-0000-0000-0000-000000000000"
	want := `{"action":"a.b","actor":"` + nilID + `","at":12,"details":"{\"x\":\"<\"}","id":"` + nilID + `","object":"o\"","org":"` + nilID +
		`","subject":"` + nilID + `","v":1}`
	if got := string(r.envelope()); got != want {
		t.Errorf("envelope\n got %s\nwant %s", got, want)
	}
	r.Commitment = []byte{1, 255}
	want = `{"action":"a.b","actor":"` + nilID + `","at":12,"commitment":"01ff","event":"` + nilID + `","key":"` + nilID + `","object":"o\"","org":"` +
		nilID + `","subject":"` + nilID + `","v":2}`
	if got := string(r.leaf()); got != want {
		t.Errorf("leaf\n got %s\nwant %s", got, want)
	}
	want = `{"action":"a.b","at":12,"commitment":"01ff","event":"` + nilID + `","key":"` + nilID + `","v":1}`
	if got := string(r.firstLeaf()); got != want {
		t.Errorf("leaf of the first format\n got %s\nwant %s", got, want)
	}
}

func TestEventIsCommittedUnderTheSubjectElseTheActorElseTheSystem(t *testing.T) {
	a, b := id.New(start), id.New(start)
	for _, c := range []struct{ subject, actor, want id.ID }{{a, b, a}, {id.Nil, b, b}, {a, id.Nil, a}, {id.Nil, id.Nil, id.Nil}} {
		if got := keyOf(c.subject, c.actor); got != c.want {
			t.Errorf("keyOf(%s, %s) = %s, want %s", c.subject, c.actor, got, c.want)
		}
	}
}

func TestRecordRefusesWhatItCouldNotStandFor(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	for name, e := range map[string]Event{
		"no action":       {},
		"fraction":        {Action: "a.b", Details: map[string]any{"x": 1.5}},
		"not a number":    {Action: "a.b", Details: []float64{math.NaN()}},
		"exponent":        {Action: "a.b", Details: 1e30},
		"function":        {Action: "a.b", Details: func() {}},
		"NUL in action":   {Action: "a\x00b"},
		"broken object":   {Action: "a.b", Object: "\xff"},
		"fraction inside": {Action: "a.b", Details: map[string]any{"x": []any{map[string]any{"y": 0.1}}}},
	} {
		err := f.db.Write(t.Context(), func(tx *db.Tx) error { return f.log.Record(t.Context(), tx, e) })
		if err == nil {
			t.Errorf("%s: recorded", name)
		}
		if name == "no action" && !errors.Is(err, ErrEmptyAction) {
			t.Errorf("no action: %v", err)
		}
	}
	if n := column[int64](f, "SELECT count(*) FROM audit_event")[0]; n != 0 {
		t.Errorf("%d events were recorded", n)
	}
}

func TestRecordFollowsItsTransaction(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		person := id.New(start)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if err := f.log.Record(t.Context(), tx, Event{Action: "a.b", Actor: person}); err != nil {
				return err
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Fatal(err)
		}
		f.record(Event{Action: "a.c", Actor: person}) // the key made in the failed transaction is gone with it
		f.seal()
		if r := f.sound(); r.Events != 1 {
			t.Errorf("%d events, want 1", r.Events)
		}
	})
}

func TestRecordRefusesAnErasedPersonEvenFromAnotherProcess(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		person := id.New(start)
		other := f.another()
		event := Event{Action: "a.b", Subject: person, Details: "text"}
		write := func(l *Log) error {
			return d.Write(t.Context(), func(tx *db.Tx) error { return l.Record(t.Context(), tx, event) })
		}
		if err := errors.Join(write(f.log), write(other)); err != nil { // both hold the key in memory now
			t.Fatal(err)
		}
		erase := func() error {
			return d.Write(t.Context(), func(tx *db.Tx) error { return f.log.Erase(t.Context(), tx, person) })
		}
		if err := erase(); !errors.Is(err, ErrUnsealed) {
			t.Fatalf("erased before the events were sealed: %v", err)
		}
		f.seal()
		if err := erase(); err != nil {
			t.Fatal(err)
		}
		if err := write(f.log); !errors.Is(err, keyring.ErrErased) {
			t.Errorf("same process: %v", err)
		}
		if err := write(other); !errors.Is(err, keyring.ErrErased) {
			t.Errorf("other process: %v", err)
		}
		f.seal()
		if r := f.sound(); r.Events != 3 || r.Erased != 2 {
			t.Errorf("report %+v, want 2 erased events and that of the erasure", r)
		}
	})
}

func TestCanonicalIsOneTextForOneValue(t *testing.T) {
	type inner struct {
		Z int    `json:"z"`
		A string `json:"a"`
	}
	for want, v := range map[string]any{
		`{"a":"<&>","z":-3}`:      inner{-3, "<&>"},
		`{}`:                      map[string]int{},
		`null`:                    nil,
		`[true,"é",{"b":1}]`:      []any{true, "é", map[string]any{"b": uint8(1)}},
		`9223372036854775807`:     int64(math.MaxInt64),
		`{"A":1,"a":2,"é":3}`:     map[string]int{"é": 3, "a": 2, "A": 1},
		`"line\n\u0000\u2028end"`: "line\n\x00\u2028end",
	} {
		got, err := Canonical(v)
		if err != nil || string(got) != want {
			t.Errorf("Canonical(%v) = %s, %v; want %s", v, got, err, want)
		}
	}
}

func TestCanonicalIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.MapOf(rapid.String(), rapid.SliceOf(rapid.OneOf(
			rapid.Map(rapid.Int64(), func(n int64) any { return n }),
			rapid.Map(rapid.String(), func(s string) any { return s })))).Draw(t, "value")
		first, err := Canonical(v)
		if err != nil {
			t.Fatal(err)
		}
		second, err := Canonical(raw(first))
		if err != nil || string(first) != string(second) {
			t.Fatalf("%s became %s (%v)", first, second, err)
		}
		if strings.Contains(string(first), `\u003c`) {
			t.Fatalf("HTML escape in %s", first)
		}
	})
}

// raw is JSON text that passes through the encoder.
type raw []byte

func (r raw) MarshalJSON() ([]byte, error) { return r, nil }
