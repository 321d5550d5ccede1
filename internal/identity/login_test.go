package identity

import (
	"testing"
	"time"
)

// prolong uses a sign-in and returns how long it was made to last, 0 when it was left.
func (f *fixture) prolong(token Token) time.Duration {
	f.Helper()
	life, err := f.s.Prolong(f.Context(), f.identify(token))
	if err != nil {
		f.Fatal(err)
	}
	return life
}

func TestAVisitorsSignInLastsThirtyDaysFromItsLastUse(t *testing.T) {
	each(t, func(f *fixture) {
		_, token := f.visit()
		for range 10 {
			f.clock.Advance(visitorLogin - time.Microsecond)
			if life := f.prolong(token); life != visitorLogin {
				f.Fatalf("prolonged to %s", life)
			}
		}
		f.clock.Advance(visitorLogin)
		if f.identify(token).Known() {
			f.Error("30 days after its last use the sign-in lives on")
		}
	})
}

func TestAnAccountsSignInLastsFourteenDaysFromItsLastUseAndNinetyInAll(t *testing.T) {
	each(t, func(f *fixture) {
		_, token := f.register(Actor{}, ada())
		_, unused := f.signIn(Actor{}, "ada@example.org", password)
		for n := range 8 { // to the 80th day
			f.clock.Advance(10 * day)
			if life, want := f.prolong(token), min(accountLogin, accountMost-time.Duration(n+1)*10*day); life != want {
				f.Errorf("after %d days: prolonged to %s, want %s", 10*(n+1), life, want)
			}
		}
		f.clock.Advance(10*day - time.Microsecond)
		if life := f.prolong(token); life != 0 || !f.identify(token).Known() {
			f.Errorf("the last day: prolonged to %s, known %v", life, f.identify(token).Known())
		}
		f.clock.Advance(time.Microsecond)
		if f.identify(token).Known() || f.identify(unused).Known() {
			f.Error("after 90 days a sign-in lives on")
		}
	})
}

func TestASignInIsProlongedOnceADayAndItsTokenStays(t *testing.T) {
	each(t, func(f *fixture) {
		a, token := f.visit()
		if life := f.prolong(token); life != 0 {
			f.Errorf("prolonged to %s at once", life)
		}
		f.clock.Advance(day)
		seen := f.identify(token) // a page and its parts ask together
		if life := f.prolong(token); life != visitorLogin {
			f.Errorf("a day later: prolonged to %s", life)
		}
		if life, err := f.s.Prolong(f.Context(), seen); life != 0 || err != nil {
			f.Errorf("the request beside it: prolonged to %s, %v", life, err)
		}
		f.clock.Advance(day - time.Microsecond)
		if life := f.prolong(token); life != 0 {
			f.Errorf("prolonged to %s twice a day", life)
		}
		if f.identify(token).Person != a.Person || count(f, "SELECT COUNT(*) FROM login") != 1 {
			f.Error("the sign-in changed")
		}
	})
}

func TestASignInThatHasEndedIsNotProlonged(t *testing.T) {
	each(t, func(f *fixture) {
		_, token := f.visit()
		f.clock.Advance(day)
		a := f.identify(token)
		if err := f.s.SignOut(f.Context(), a); err != nil {
			f.Fatal(err)
		}
		if life, err := f.s.Prolong(f.Context(), a); life != 0 || err != nil || f.identify(token).Known() {
			f.Errorf("prolonged to %s, %v", life, err)
		}
		if life, err := f.s.Prolong(f.Context(), Actor{}); life != 0 || err != nil {
			f.Errorf("nobody is prolonged to %s, %v", life, err)
		}
	})
}

func TestAVisitorWhoComesBackIsForgottenThirtyDaysAfterThat(t *testing.T) {
	each(t, func(f *fixture) {
		visitor, token := f.visit()
		f.seal()
		f.clock.Advance(20 * day)
		f.prolong(token)
		f.clock.Advance(visitorLogin - time.Microsecond)
		f.purge()
		if !f.exists(visitor.Person) {
			f.Fatal("forgotten early")
		}
		f.clock.Advance(time.Microsecond)
		f.purge()
		if f.exists(visitor.Person) {
			f.Error("not forgotten")
		}
	})
}
