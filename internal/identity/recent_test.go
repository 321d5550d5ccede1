package identity

import (
	"testing"
	"time"
)

// Two services on one database stand for two processes.
func TestAnEndedSignInEndsInOtherProcessesWithinTwoSeconds(t *testing.T) {
	each(t, func(f *fixture) {
		_, token := f.register(Actor{}, ada())
		other := New(f.s.db, f.clock, f.s.audit, f.s.ring)
		elsewhere := func() Actor {
			a, err := other.Identify(f.Context(), token)
			if err != nil {
				f.Fatal(err)
			}
			return a
		}
		if !elsewhere().Known() {
			f.Fatal("the other process does not know the sign-in")
		}
		if err := f.s.SignOut(f.Context(), f.identify(token)); err != nil {
			f.Fatal(err)
		}
		if f.identify(token).Known() {
			f.Error("the process that ended the sign-in still knows it")
		}
		f.clock.Advance(recentLife)
		if elsewhere().Known() {
			f.Errorf("after %s the other process still knows the sign-in", recentLife)
		}
	})
}

func TestAChangeOfTheAccountShowsAtTheNextRequest(t *testing.T) {
	each(t, func(f *fixture) {
		_, token := f.register(Actor{}, ada())
		a := f.identify(token)
		account, err := f.s.Account(f.Context(), a)
		if err != nil {
			f.Fatal(err)
		}
		if err := f.s.Change(f.Context(), a, account.Version, Settings{Name: "Ada Nouvelle", Lang: "en"}); err != nil {
			f.Fatal(err)
		}
		if now := f.identify(token); now.Name != "Ada Nouvelle" || now.Lang != "en" {
			f.Errorf("the next request sees %+v", now)
		}
	})
}

// What was read before a change and arrives after it must not be kept.
func TestAnIdentificationOvertakenByAChangeIsNotKept(t *testing.T) {
	each(t, func(f *fixture) {
		a, token := f.register(Actor{}, ada())
		r := f.s.recent
		mark := r.mark()
		r.forget(a.Person)
		r.keep(token.hash(), a, f.clock.Now().Add(time.Hour), mark)
		if _, ok := r.find(token.hash()); ok {
			f.Error("an identification from before the change serves after it")
		}
	})
}
