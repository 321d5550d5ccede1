package identity

import (
	"bytes"
	"fmt"
	"regexp"
	"sync"
	"testing"
	"time"

	"galien/internal/platform/errs"
	"galien/internal/platform/i18n"
)

// guess tries a wrong password n times and returns how many were looked at.
func (f *fixture) guess(n int, network, email string) int {
	f.Helper()
	looked := 0
	for range n {
		_, _, err := f.s.SignIn(f.Context(), Actor{}, network, email, "wrong password!")
		switch {
		case errs.HasCode(err, "identity.sign_in_refused"):
			looked++
		case !errs.HasCode(err, "identity.throttled"):
			f.Fatalf("got %v", err)
		}
	}
	return looked
}

func TestGuessingOneAccountFromOneNetworkStopsAtTenUntilTheWindowEnds(t *testing.T) {
	each(t, func(f *fixture) {
		f.register(Actor{}, ada())
		if n := f.guess(15, network, "ada@example.org"); n != 10 {
			f.Fatalf("%d guesses were looked at, want 10", n)
		}
		_, _, err := f.s.SignIn(f.Context(), Actor{}, network, "ada@example.org", password)
		f.refused(err, "identity.throttled")
		f.signIn2("198.51.100.1")
		f.clock.Advance(throttleWindow - time.Microsecond)
		_, _, err = f.s.SignIn(f.Context(), Actor{}, network, "ada@example.org", password)
		f.refused(err, "identity.throttled")
		f.clock.Advance(time.Microsecond)
		f.signIn(Actor{}, "ada@example.org", password)
	})
}

// signIn2 signs Ada in from another network.
func (f *fixture) signIn2(network string) {
	f.Helper()
	if _, _, err := f.s.SignIn(f.Context(), Actor{}, network, "ada@example.org", password); err != nil {
		f.Errorf("from %s: %v", network, err)
	}
}

func TestARightPasswordForgivesTheWrongOnesOfThatNetwork(t *testing.T) {
	each(t, func(f *fixture) {
		f.register(Actor{}, ada())
		f.guess(9, network, "ada@example.org")
		f.signIn(Actor{}, "ada@example.org", password)
		if n := f.guess(15, network, "ada@example.org"); n != 10 {
			f.Errorf("%d guesses after a sign-in, want 10", n)
		}
	})
}

func TestGuessingOneAccountFromManyNetworksStopsAtFifty(t *testing.T) {
	each(t, func(f *fixture) {
		looked := 0
		for i := range 8 {
			looked += f.guess(8, fmt.Sprintf("192.0.2.%d", i), "ada@example.org")
		}
		if looked != 50 {
			f.Errorf("%d guesses were looked at, want 50", looked)
		}
	})
}

func TestGuessingManyAccountsFromOneNetworkStopsAtTwoHundred(t *testing.T) {
	each(t, func(f *fixture) {
		looked := 0
		for i := range 41 {
			looked += f.guess(5, network, fmt.Sprintf("learner%d@example.org", i))
		}
		if looked != 200 {
			f.Errorf("%d guesses were looked at, want 200", looked)
		}
	})
}

func TestAClassThatSignsInFromOneNetworkIsNotThrottled(t *testing.T) {
	each(t, func(f *fixture) {
		f.register(Actor{}, ada())
		for range 250 {
			f.signIn(Actor{}, "ada@example.org", password)
		}
	})
}

func TestGuessesSentTogetherAreCountedBeforeTheyAreLookedAt(t *testing.T) {
	each(t, func(f *fixture) {
		f.register(Actor{}, ada())
		var mu sync.Mutex
		looked := 0
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				_, _, err := f.s.SignIn(f.Context(), Actor{}, network, "ada@example.org", "wrong password!")
				mu.Lock()
				defer mu.Unlock()
				if errs.HasCode(err, "identity.sign_in_refused") {
					looked++
				} else if !errs.HasCode(err, "identity.throttled") {
					f.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		if looked != 10 {
			f.Errorf("%d of 40 guesses sent together were looked at, want 10", looked)
		}
	})
}

func TestADeviceLeftOpenDoesNotServeToGuessThePassword(t *testing.T) {
	each(t, func(f *fixture) {
		a, _ := f.register(Actor{}, ada())
		set := Settings{Name: "Ada", Lang: i18n.French, CurrentPassword: "wrong password!", NewPassword: "another good password"}
		for range 10 {
			f.faults(f.s.Change(f.Context(), a, 1, set), "current_password:identity.password_wrong")
		}
		set.CurrentPassword = password
		f.refused(f.s.Change(f.Context(), a, 1, set), "identity.throttled")
	})
}

// another registers somebody whose address has no account yet, from a network.
func (f *fixture) another(n int, network string) error {
	_, _, err := f.s.Register(f.Context(), Actor{}, network, Registration{Name: "B", Email: fmt.Sprintf("b%d@example.org", n), Password: password})
	return err
}

func TestANetworkLearnsOfTwentyAddressesThatTheyHaveAnAccount(t *testing.T) {
	each(t, func(f *fixture) {
		f.register(Actor{}, ada())
		for range 20 {
			_, _, err := f.s.Register(f.Context(), Actor{}, network, ada())
			f.refused(err, "identity.register_refused")
		}
		_, _, err := f.s.Register(f.Context(), Actor{}, network, ada())
		f.refused(err, "identity.throttled")
		f.refused(f.another(1, network), "identity.throttled") // else a free address would be told apart
		if err := f.another(1, "198.51.100.1"); err != nil {
			f.Errorf("another network: %v", err)
		}
		f.signIn(Actor{}, "ada@example.org", password)
		f.clock.Advance(throttleWindow)
		if err := f.another(2, network); err != nil {
			f.Errorf("after the window: %v", err)
		}
	})
}

func TestRegistrationsSentTogetherTellOfNoMoreAddresses(t *testing.T) {
	each(t, func(f *fixture) {
		f.register(Actor{}, ada())
		var mu sync.Mutex
		told := 0
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				_, _, err := f.s.Register(f.Context(), Actor{}, network, ada())
				mu.Lock()
				defer mu.Unlock()
				if errs.HasCode(err, "identity.register_refused") {
					told++
				} else if !errs.HasCode(err, "identity.throttled") {
					f.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		if told != 20 {
			f.Errorf("%d of 40 registrations sent together were told, want 20", told)
		}
	})
}

func TestAClassThatRegistersTogetherFromOneNetworkIsNotThrottled(t *testing.T) {
	each(t, func(f *fixture) {
		var all sync.WaitGroup
		for n := range 150 {
			all.Go(func() {
				if err := f.another(n, network); err != nil {
					f.Errorf("registration %d: %v", n, err)
				}
			})
		}
		all.Wait()
	})
}

func TestARefusalNamesItsBucketByAHashAndNobody(t *testing.T) {
	each(t, func(f *fixture) {
		f.register(Actor{}, ada())
		_, _, refused := f.s.SignIn(f.Context(), Actor{}, network, "ada@example.org", "wrong password!")
		f.guess(10, network, "ada@example.org")
		_, _, throttled := f.s.SignIn(f.Context(), Actor{}, network, "ada@example.org", "wrong password!")
		_, _, taken := f.s.Register(f.Context(), Actor{}, network, ada())
		for kind, err := range map[string]error{"network": refused, "account and network": throttled, "registration": taken} {
			cause := fmt.Sprint(errs.As(err).Err)
			if !regexp.MustCompile("^" + kind + " [0-9a-f]{8}$").MatchString(cause) {
				f.Errorf("the cause %q does not name the bucket %q", cause, kind)
			}
		}
	})
}

func TestTheThrottleStoresNeitherAddressesNorNetworks(t *testing.T) {
	each(t, func(f *fixture) {
		f.guess(1, network, "canary@example.org")
		buckets := many[[]byte](f, "SELECT bucket FROM throttle")
		if len(buckets) != 3 {
			f.Fatalf("%d buckets, want 3", len(buckets))
		}
		for _, b := range buckets {
			if len(b) != 32 || bytes.Contains(b, []byte("canary")) || bytes.Contains(b, []byte(network)) {
				f.Errorf("bucket %q is no keyed hash", b)
			}
		}
		other := newFixture(f.T, f.db) // another installation's secret
		for _, b := range buckets {
			if bytes.Equal(b, other.s.hashed(byAccount("canary@example.org"))) {
				f.Error("the hash does not depend on the installation's secret")
			}
		}
	})
}
