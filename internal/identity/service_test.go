package identity

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
	"galien/internal/testkit"
)

func TestRegisteringMakesAnAccountAndSignsIn(t *testing.T) {
	each(t, func(f *fixture) {
		ctx := i18n.With(f.Context(), i18n.English)
		a, token, err := f.s.Register(ctx, Actor{}, network, Registration{Name: "  Ada   Petit ", Email: " Ada@Example.ORG ", Password: password})
		if err != nil {
			f.Fatal(err)
		}
		got := f.identify(token)
		if got.Person != a.Person || got.Name != "Ada Petit" || got.Email != "ada@example.org" || got.Visitor || got.Lang != i18n.English {
			f.Errorf("the token identifies %+v", got)
		}
		if diff := cmp.Diff([]string{"identity.register"}, f.actions()); diff != "" {
			f.Error(diff)
		}
	})
}

func TestAVisitorKeepsTheirPersonByRegisteringAndTheirTokenEnds(t *testing.T) {
	each(t, func(f *fixture) {
		visitor, old := f.visit()
		a, token := f.register(visitor, ada())
		if a.Person != visitor.Person {
			f.Error("registering changed the person")
		}
		if f.identify(old).Known() || !f.identify(token).HasAccount() {
			f.Error("the visitor's token lives on, or the new one is not an account's")
		}
		_, _, err := f.s.Register(f.Context(), visitor, network, Registration{Name: "Bob", Email: "bob@example.org", Password: password})
		f.refused(err, "identity.already_signed_in")
		_, _, err = f.s.Register(f.Context(), a, network, Registration{Name: "Bob", Email: "bob@example.org", Password: password})
		f.refused(err, "identity.already_signed_in")
	})
}

func TestATakenAddressIsRefusedAndNothingIsRecorded(t *testing.T) {
	each(t, func(f *fixture) {
		f.register(Actor{}, ada())
		before := f.actions()
		_, token, err := f.s.Register(f.Context(), Actor{}, network, Registration{Name: "Other", Email: "ADA@example.org", Password: password})
		f.refused(err, "identity.register_refused")
		if token != "" || !slices.Equal(before, f.actions()) || count(f, "SELECT COUNT(*) FROM person") != 1 {
			f.Errorf("a refused registration left something: token %q, %v", token, f.actions())
		}
	})
}

func TestSignInRotatesTheDevicesToken(t *testing.T) {
	each(t, func(f *fixture) {
		a, first := f.register(Actor{}, ada())
		_, elsewhere := f.signIn(Actor{}, "ada@example.org", password)
		_, second := f.signIn(f.identify(first), " ADA@example.org", password)
		if f.identify(first).Known() {
			f.Error("the token before sign-in is still valid")
		}
		if f.identify(second).Person != a.Person || f.identify(elsewhere).Person != a.Person {
			f.Error("signing in on one device ended the other")
		}
		if diff := cmp.Diff([]string{"identity.register", "identity.sign_in", "identity.sign_in"}, f.actions()); diff != "" {
			f.Error(diff)
		}
	})
}

func TestSigningInJoinsTheVisitorToTheAccount(t *testing.T) {
	each(t, func(f *fixture) {
		a, _ := f.register(Actor{}, ada())
		visitor, old := f.visit()
		joined, _ := f.signIn(visitor, "ada@example.org", password)
		if joined.Person != a.Person || f.identify(old).Known() {
			f.Error("the visitor is not the account's person, or their token lives on")
		}
		if diff := cmp.Diff([]id.ID{a.Person, visitor.Person}, f.persons(a.Person)); diff != "" {
			f.Error(diff)
		}
		if count(f, "SELECT COUNT(*) FROM person WHERE id = $1", visitor.Person) != 1 {
			f.Error("the visitor's row was rewritten")
		}
		want := []string{"identity.join", "identity.register", "identity.sign_in", "identity.visit"}
		if diff := cmp.Diff(want, f.actions()); diff != "" {
			f.Error(diff)
		}
	})
}

func TestAVisitorJoinedTwiceStaysWithTheFirstAccount(t *testing.T) {
	each(t, func(f *fixture) {
		a, _ := f.register(Actor{}, ada())
		b, _ := f.register(Actor{}, Registration{Name: "Bob", Email: "bob@example.org", Password: password})
		visitor, _ := f.visit()
		f.signIn(visitor, "ada@example.org", password)
		f.signIn(visitor, "bob@example.org", password) // a second window, with the actor of before
		if !slices.Contains(f.persons(a.Person), visitor.Person) || slices.Contains(f.persons(b.Person), visitor.Person) {
			f.Error("a joined visitor changed accounts")
		}
		if n := count(f, "SELECT COUNT(*) FROM audit_event WHERE action = 'identity.join'"); n != 1 {
			f.Errorf("%d joins recorded, want 1", n)
		}
	})
}

func TestSignOutEndsThisDeviceAndEverywhereEndsAll(t *testing.T) {
	each(t, func(f *fixture) {
		_, first := f.register(Actor{}, ada())
		_, second := f.signIn(Actor{}, "ada@example.org", password)
		_, third := f.signIn(Actor{}, "ada@example.org", password)
		if err := f.s.SignOut(f.Context(), f.identify(first)); err != nil {
			f.Fatal(err)
		}
		if f.identify(first).Known() || !f.identify(second).Known() {
			f.Error("signing out ended the wrong device")
		}
		if err := f.s.SignOutEverywhere(f.Context(), f.identify(second)); err != nil {
			f.Fatal(err)
		}
		if f.identify(second).Known() || f.identify(third).Known() {
			f.Error("a device is still signed in")
		}
		want := []string{"identity.register", "identity.sign_in", "identity.sign_in", "identity.sign_out", "identity.sign_out_everywhere"}
		if diff := cmp.Diff(want, f.actions()); diff != "" {
			f.Error(diff)
		}
		if err := f.s.SignOut(f.Context(), Actor{}); err != nil {
			f.Errorf("nobody signs out: %v", err)
		}
	})
}

func TestLoginsExpireWithTheClock(t *testing.T) {
	each(t, func(f *fixture) {
		_, visitor := f.visit()
		_, account := f.register(Actor{}, ada())
		f.clock.Advance(accountLogin - time.Microsecond)
		if !f.identify(account).Known() {
			f.Error("an account's login ended early")
		}
		f.clock.Advance(time.Microsecond)
		if f.identify(account).Known() || !f.identify(visitor).Known() {
			f.Error("after 14 days the account's login lives on, or the visitor's has ended")
		}
		f.clock.Set(start.Add(visitorLogin))
		if f.identify(visitor).Known() {
			f.Error("after 30 days the visitor's login lives on")
		}
		if f.identify("unknown").Known() || f.identify("").Known() {
			f.Error("an unknown token identifies somebody")
		}
	})
}

// The work is counted, not timed: one derivation of the same cost, whether the account exists or not.
func TestAnUnknownAddressAndAWrongPasswordGiveTheSameErrorAfterTheSameWork(t *testing.T) {
	each(t, func(f *fixture) {
		f.register(Actor{}, ada())
		var costs []cost
		f.s.hasher.derive = func(p, salt []byte, c cost, n int) []byte {
			costs = append(costs, c)
			return argon2id(p, salt, c, n)
		}
		var errors []string
		for _, email := range []string{"ada@example.org", "nobody@example.org", "nul\x00@example.org", "not utf-8 \xff", ""} {
			_, _, err := f.s.SignIn(f.Context(), Actor{}, network, email, "wrong password!")
			if err == nil {
				f.Fatalf("%q signs in with a wrong password", email)
			}
			errors = append(errors, err.Error())
		}
		if len(slices.Compact(errors)) != 1 {
			f.Errorf("the errors differ: %q", errors)
		}
		if diff := cmp.Diff(slices.Repeat([]cost{f.s.hasher.cost}, 5), costs, cmp.AllowUnexported(cost{})); diff != "" {
			f.Errorf("the work differs:\n%s", diff)
		}
	})
}

func TestAnEmptyPasswordHashIsNobodys(t *testing.T) {
	h := newHasher(cost{memory: 8, time: 1})
	if ok, err := h.verify(t.Context(), "", "nobody's password"); ok || err != nil {
		t.Errorf("the decoy's password opens an account: %v, %v", ok, err)
	}
}

func TestConcurrentHashesAreCapped(t *testing.T) {
	h := newHasher(cost{memory: 8, time: 1})
	var running, most atomic.Int32
	started := make(chan struct{}, 100)
	finish := make(chan struct{})
	h.derive = func(_, _ []byte, _ cost, n int) []byte {
		now := running.Add(1)
		defer running.Add(-1)
		for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
		}
		started <- struct{}{}
		<-finish
		return make([]byte, n)
	}
	var all sync.WaitGroup
	for range 4 * cap(h.slots) {
		all.Go(func() {
			if _, err := h.hash(t.Context(), password); err != nil {
				t.Error(err)
			}
		})
	}
	for range cap(h.slots) {
		<-started
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(gone, password); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a caller who leaves the queue gets %v, want unavailable", err)
	}
	close(finish)
	all.Wait()
	if int(most.Load()) != cap(h.slots) {
		t.Errorf("%d hashes ran at once, want %d", most.Load(), cap(h.slots))
	}
}

// A failing ledger stands for any failure late in the transaction.
func TestWithoutItsAuditEventNothingChanges(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		a, _ := f.register(Actor{}, ada())
		visitor, _ := f.visit()
		f.exec("ALTER TABLE audit_pending RENAME TO audit_pending_away")
		state := func() []int {
			return []int{count(f, "SELECT COUNT(*) FROM person"), count(f, "SELECT COUNT(*) FROM account"), count(f, "SELECT COUNT(*) FROM login"),
				count(f, "SELECT COUNT(*) FROM person_alias"), count(f, "SELECT COUNT(*) FROM audit_event"), count(f, "SELECT version FROM account")}
		}
		before := state()
		calls := map[string]func() error{
			"register": func() error {
				_, _, err := f.s.Register(t.Context(), Actor{}, network, Registration{Name: "B", Email: "b@example.org", Password: password})
				return err
			},
			"sign in": func() error {
				_, _, err := f.s.SignIn(t.Context(), visitor, network, "ada@example.org", password)
				return err
			},
			"visit":      func() error { _, _, err := f.s.Visit(t.Context()); return err },
			"sign out":   func() error { return f.s.SignOut(t.Context(), a) },
			"everywhere": func() error { return f.s.SignOutEverywhere(t.Context(), a) },
			"change":     func() error { return f.s.Change(t.Context(), a, 1, Settings{Name: "Eve", Lang: i18n.French}) },
		}
		for name, call := range calls {
			if err := call(); err == nil {
				t.Errorf("%s succeeds without its audit event", name)
			}
			if diff := cmp.Diff(before, state()); diff != "" {
				t.Errorf("%s left something:\n%s", name, diff)
			}
		}
	})
}

func TestThePasswordIsStoredAsArgon2idOfItsNFKCForm(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	f.register(Actor{}, Registration{Name: "Ada", Email: "ada@example.org", Password: "mot de passe é ﬁn"})
	hash := many[string](f, "SELECT password_hash FROM account")[0]
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=8,t=1,p=1$") {
		t.Errorf("stored as %q", hash)
	}
	f.signIn(Actor{}, "ada@example.org", "mot de passe e\u0301 fin")
	if c := standardCost(); c.memory < 19<<10 || c.time < 2 {
		t.Errorf("%+v is under OWASP's minimum for Argon2id", c)
	}
}
