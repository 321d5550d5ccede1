package assess

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/testkit"
	"galien/internal/testkit/postgres"
)

const patience = 30 * time.Second

// A network that drops everything without a word, in the middle of the work.
func TestAnAnswerIsRefusedInTimeWhenTheDatabaseFallsSilent(t *testing.T) {
	dsn := postgres.DSN(t)
	testkit.Open(t, dsn)
	p := newPartition(t, dsn)
	d, err := db.Open(t.Context(), p.dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() }) // its connections lead nowhere
	w := newWriter(d)
	w.timeout = 500 * time.Millisecond
	t.Cleanup(w.close)
	event := func() Event {
		u := id.New(time.UnixMicro(0))
		return Event{PersonID: u, AttemptID: u, Seq: 1, Kind: EventStart, Commitment: []byte{1}}
	}
	if _, err := w.append(t.Context(), event()); !errs.HasCode(err, "assess.not_saved") || db.Violated(err) == "" {
		t.Fatalf("an event without an attempt: %v, want its own refusal", err)
	}
	p.silent.Store(true)
	watch := clock.Start()
	var wait sync.WaitGroup
	for range 20 { // two commits at once, the others behind them
		wait.Go(func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
			defer cancel()
			if _, err := w.append(ctx, event()); !errs.HasCode(err, "assess.not_saved") {
				t.Errorf("got %v, want assess.not_saved", err)
			}
		})
	}
	wait.Wait()
	if took := watch.Elapsed(); took > 10*time.Second {
		t.Errorf("refused after %s", took)
	}
}

// partition stands between the program and PostgreSQL.
type partition struct {
	dsn    string
	silent atomic.Bool
}

func newPartition(t *testing.T, dsn string) *partition {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &partition{}
	server := u.Host
	u.Host = l.Addr().String()
	p.dsn = u.String()
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", server)
			if err != nil {
				_ = from.Close()
				continue
			}
			go p.pass(to, from)
			go p.pass(from, to)
		}
	}()
	return p
}

// pass copies until the partition is silent, then reads and says nothing.
func (p *partition) pass(to, from net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if errors.Is(err, io.EOF) || err != nil {
			_ = to.Close()
			return
		}
		if p.silent.Load() {
			continue
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// One row that the database refuses does not cost the others of its batch.
func TestARefusedEventDoesNotCostTheOthersOfItsBatch(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		person := id.New(time.UnixMicro(0))
		for _, statement := range []string{
			"INSERT INTO person (id, created_at) VALUES ('" + person.String() + "', 0)",
			"INSERT INTO bank_release (sha256, bank, manifest, published_at) VALUES ('r', 'b', '{}', 0)",
			"INSERT INTO attempt (person_id, id, kind, scope, release, state, started_at) VALUES ('" + person.String() + "', '" + person.String() + "', 'positioning', '', 'r', 'open', 0)",
		} {
			if _, err := d.Writer().ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		batch := make([]*pendingEvent, 5)
		for i := range batch {
			e := Event{PersonID: person, AttemptID: person, Seq: i + 1, Kind: EventAnswer, Body: "{}", Commitment: []byte{1}}
			if i == 2 {
				e.AttemptID = id.New(time.UnixMicro(0)) // which is not there
			}
			batch[i] = &pendingEvent{event: e, result: make(chan appended, 1)}
		}
		(&writer{db: d, timeout: commitTimeout}).commit(batch)
		for i, p := range batch {
			if r := <-p.result; r.fresh != (i != 2) || (r.err == nil) != (i != 2) {
				t.Errorf("event %d: %+v", i, r)
			}
		}
	})
}
