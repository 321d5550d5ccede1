package identity

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
)

// seal puts every event under the signed log, as the sealer does each second.
func (f *fixture) seal() {
	f.Helper()
	for {
		n, err := f.log.Seal(f.Context())
		if err != nil {
			f.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

func (f *fixture) verify() audit.Report {
	f.Helper()
	r, err := f.log.Verify(f.Context(), audit.Options{})
	if err != nil {
		f.Fatal(err)
	}
	for _, finding := range r.Findings {
		f.Errorf("the ledger has a finding: %s", finding)
	}
	return r
}

func (f *fixture) purge() {
	f.Helper()
	if err := f.s.PurgeExpired(f.Context()); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) exists(person id.ID) bool {
	f.Helper()
	return count(f, "SELECT COUNT(*) FROM person WHERE id = $1", person) == 1
}

const canary = "canary-7c1e"

// attempt gives a person an attempt with one answer, as the assessment does.
func (f *fixture) attempt(person id.ID) {
	f.Helper()
	f.exec("INSERT INTO bank_release (sha256, bank, manifest, published_at) VALUES ('r', 'b', '{}', 0) ON CONFLICT (sha256) DO NOTHING")
	f.exec(`INSERT INTO attempt (person_id, id, kind, scope, release, state, started_at) VALUES ($1, $1, 'positioning', '', 'r', 'open', 0)`, person)
	f.exec(`INSERT INTO attempt_event (person_id, attempt_id, seq, at, kind, body, commitment) VALUES ($1, $1, 1, 0, 'start', $2, $3)`, person, canary, []byte{1})
}

// forgetAttempts stands for the hook of the assessment, which is to the right.
func forgetAttempts(ctx context.Context, tx *db.Tx, person id.ID) error {
	if _, err := tx.Exec(ctx, "DELETE FROM attempt_event WHERE person_id = $1", person); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "DELETE FROM attempt WHERE person_id = $1", person)
	return err
}

func TestAVisitorIsForgottenThirtyDaysAfterTheyCameAndTheLedgerStillVerifies(t *testing.T) {
	each(t, func(f *fixture) {
		f.s.OnForget = forgetAttempts
		visitor, _ := f.visit()
		f.attempt(visitor.Person)
		f.seal()
		f.clock.Advance(visitorLogin - time.Microsecond)
		f.purge()
		if !f.exists(visitor.Person) {
			f.Fatal("forgotten a microsecond early")
		}
		f.clock.Advance(time.Microsecond)
		f.purge()
		if f.exists(visitor.Person) || count(f, "SELECT COUNT(*) FROM login") != 0 ||
			count(f, "SELECT COUNT(*) FROM attempt_event") != 0 || count(f, "SELECT COUNT(*) FROM attempt") != 0 {
			f.Error("something of the visitor is left")
		}
		if n := count(f, "SELECT COUNT(*) FROM person_key WHERE person_id = $1 AND wrapped IS NULL AND erased_at IS NOT NULL", visitor.Person); n != 1 {
			f.Error("the visitor's key is not destroyed")
		}
		if n := count(f, "SELECT COUNT(*) FROM audit_event WHERE key_id = $1 AND details <> ''", visitor.Person); n != 0 {
			f.Errorf("%d audit events still say what the visitor did", n)
		}
		f.seal()
		if r := f.verify(); r.Erased != 1 || r.Events != 2 {
			f.Errorf("the ledger holds %d events, %d of them erased, want 2 and 1", r.Events, r.Erased)
		}
		f.purge() // again: nothing to do
		if got := f.actions(); !slices.Equal(got, []string{"identity.forget", "identity.visit"}) {
			f.Errorf("recorded %v", got)
		}
	})
}

func TestWhoHasAnAccountOrWasJoinedToOneIsKept(t *testing.T) {
	each(t, func(f *fixture) {
		f.s.OnForget = forgetAttempts
		a, _ := f.register(Actor{}, ada())
		joined, _ := f.visit()
		f.attempt(joined.Person)
		f.signIn(joined, "ada@example.org", password)
		registered, _ := f.visit()
		f.register(registered, Registration{Name: "Bob", Email: "bob@example.org", Password: password})
		f.seal()
		f.clock.Advance(365 * 24 * time.Hour)
		f.purge()
		for _, person := range []id.ID{a.Person, joined.Person, registered.Person} {
			if !f.exists(person) {
				f.Errorf("%s was forgotten", person)
			}
		}
		if count(f, "SELECT COUNT(*) FROM attempt_event") != 1 || count(f, "SELECT COUNT(*) FROM login") != 0 {
			f.Error("the joined visitor's work must stay and the expired sign-ins go")
		}
		f.verify()
	})
}

func TestAVisitorWhoSignedOutIsKeptTheirThirtyDays(t *testing.T) {
	each(t, func(f *fixture) {
		visitor, _ := f.visit()
		if err := f.s.SignOut(f.Context(), visitor); err != nil {
			f.Fatal(err)
		}
		f.seal()
		f.clock.Advance(visitorLogin - time.Hour)
		f.purge()
		if !f.exists(visitor.Person) {
			f.Error("forgotten early")
		}
		f.clock.Advance(time.Hour)
		f.purge()
		if f.exists(visitor.Person) {
			f.Error("not forgotten")
		}
	})
}

// The purge looks again only at persons who may have to be forgotten one day: those who stay are settled, once old enough.
func TestThePurgeLooksOnceAtWhoStays(t *testing.T) {
	each(t, func(f *fixture) {
		f.s.OnForget = forgetAttempts
		f.register(Actor{}, ada())
		joined, _ := f.visit()
		f.signIn(joined, "ada@example.org", password)
		back, _ := f.visit()
		f.seal()
		f.clock.Advance(visitorLogin - time.Hour)
		f.exec("UPDATE login SET expires_at = expires_at + $1 WHERE person_id = $2", visitorLogin.Microseconds(), back.Person) // they came again
		young, _ := f.visit()
		f.clock.Advance(time.Hour)
		f.purge()
		if n := count(f, "SELECT COUNT(*) FROM person WHERE settled"); n != 2 {
			f.Errorf("%d persons are settled, want the account's holder and the joined visitor", n)
		}
		f.seal()
		if err := f.s.SignOut(f.Context(), back); err != nil {
			f.Fatal(err)
		}
		f.seal()
		f.purge()
		if f.exists(back.Person) || !f.exists(young.Person) {
			f.Error("the visitor who left after a second stay is kept, or a young one is not")
		}
		f.verify()
	})
}

func TestAVisitorWhoseEventsAreNotSealedWaitsForTheNextPurge(t *testing.T) {
	each(t, func(f *fixture) {
		visitor, _ := f.visit()
		f.clock.Advance(visitorLogin)
		f.purge()
		if !f.exists(visitor.Person) {
			f.Fatal("an event not sealed yet could be forged now")
		}
		f.seal()
		f.purge()
		if f.exists(visitor.Person) {
			f.Error("not forgotten once sealed")
		}
	})
}

func TestAVisitorThatCannotBeForgottenDoesNotKeepTheOthers(t *testing.T) {
	each(t, func(f *fixture) {
		var visitors []id.ID
		for range 205 { // more than one batch
			v, _ := f.visit()
			visitors = append(visitors, v.Person)
		}
		f.seal()
		f.clock.Advance(visitorLogin)
		refused := errors.New("refused")
		f.s.OnForget = func(_ context.Context, _ *db.Tx, person id.ID) error {
			if person == visitors[3] {
				return refused
			}
			return nil
		}
		if err := f.s.PurgeExpired(f.Context()); !errors.Is(err, refused) {
			f.Errorf("got %v, want the hook's error", err)
		}
		if left := many[id.ID](f, "SELECT id FROM person"); !slices.Equal(left, visitors[3:4]) {
			f.Errorf("%d visitors are left, want the one refused", len(left))
		}
		if n := count(f, "SELECT COUNT(*) FROM person_key WHERE person_id = $1 AND erased_at IS NULL", visitors[3]); n != 1 {
			f.Error("the visitor who stays lost their key")
		}
	})
}

func TestPurgeRemovesThrottleWindowsThatHaveEnded(t *testing.T) {
	each(t, func(f *fixture) {
		f.guess(1, network, "ada@example.org")
		f.purge()
		if n := count(f, "SELECT COUNT(*) FROM throttle"); n != 3 {
			f.Errorf("%d windows are left, want the 3 that run", n)
		}
		f.clock.Advance(throttleWindow)
		f.purge()
		if n := count(f, "SELECT COUNT(*) FROM throttle"); n != 0 {
			f.Errorf("%d windows are left", n)
		}
	})
}
