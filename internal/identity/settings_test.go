package identity

import (
	"strings"
	"testing"

	"galien/internal/platform/i18n"
)

func TestChangingAnAccountRaisesItsVersionAndRefusesAnOlderOne(t *testing.T) {
	each(t, func(f *fixture) {
		a, _ := f.register(Actor{}, ada())
		if err := f.s.Change(f.Context(), a, 1, Settings{Name: "Ada Grand", Lang: i18n.English}); err != nil {
			f.Fatal(err)
		}
		account, err := f.s.Account(f.Context(), a)
		if err != nil || account.Name != "Ada Grand" || account.Lang != i18n.English || account.Version != 2 {
			f.Errorf("saved %+v, %v", account, err)
		}
		f.refused(f.s.Change(f.Context(), a, 1, Settings{Name: "Eve", Lang: i18n.French}), "identity.changed_elsewhere")
		if n := count(f, "SELECT COUNT(*) FROM audit_event WHERE action = 'identity.change'"); n != 1 {
			f.Errorf("%d changes recorded, want 1", n)
		}
	})
}

func TestANewPasswordAsksForTheOldOneAndEndsTheOtherDevices(t *testing.T) {
	each(t, func(f *fixture) {
		_, here := f.register(Actor{}, ada())
		_, elsewhere := f.signIn(Actor{}, "ada@example.org", password)
		a := f.identify(here)
		set := Settings{Name: "Ada", Lang: i18n.French, CurrentPassword: "not this one!", NewPassword: "another good password"}
		f.faults(f.s.Change(f.Context(), a, 1, set), "current_password:identity.password_wrong")
		if !f.identify(elsewhere).Known() {
			f.Error("a refused change ended a device")
		}
		set.CurrentPassword = password
		if err := f.s.Change(f.Context(), a, 1, set); err != nil {
			f.Fatal(err)
		}
		if !f.identify(here).Known() || f.identify(elsewhere).Known() {
			f.Error("the other devices must end, this one not")
		}
		f.signIn(Actor{}, "ada@example.org", "another good password")
		_, _, err := f.s.SignIn(f.Context(), Actor{}, network, "ada@example.org", password)
		f.refused(err, "identity.sign_in_refused")
	})
}

func TestSettingsAreChecked(t *testing.T) {
	each(t, func(f *fixture) {
		a, _ := f.register(Actor{}, ada())
		err := f.s.Change(f.Context(), a, 1, Settings{Name: " ", Lang: "de", CurrentPassword: password, NewPassword: "short"})
		f.faults(err, "name:identity.name_missing", "lang:identity.lang_unknown", "password:identity.password_short")
		visitor, _ := f.visit()
		f.refused(f.s.Change(f.Context(), visitor, 1, Settings{Name: "V", Lang: i18n.French}), "identity.sign_in_first")
		_, err = f.s.Account(f.Context(), Actor{})
		f.refused(err, "identity.sign_in_first")
	})
}

func TestRegistrationsAreChecked(t *testing.T) {
	long := strings.Repeat("é", maxPassword)
	cases := []struct {
		what string
		Registration
		want []string
	}{
		{"everything missing", Registration{}, []string{"name:identity.name_missing", "email:identity.email_invalid", "password:identity.password_short"}},
		{"a long name", Registration{strings.Repeat("é", 101), "a@example.org", password}, []string{"name:identity.name_long"}},
		{"a name of the greatest length", Registration{strings.Repeat("é", 100), "a@example.org", password}, nil},
		{"a control character", Registration{"A\x00da", "a@example.org", password}, []string{"name:identity.name_invalid"}},
		{"bytes that are no text", Registration{"A\xffda", "a@example.org", password}, []string{"name:identity.name_invalid"}},
		{"NUL in an address", Registration{"Ada", "\"a\x00\"@example.org", password}, []string{"email:identity.email_invalid"}},
		{"a name in the address", Registration{"Ada", "Ada <a@example.org>", password}, []string{"email:identity.email_invalid"}},
		{"an address without domain", Registration{"Ada", "ada", password}, []string{"email:identity.email_invalid"}},
		{"a long address", Registration{"Ada", strings.Repeat("a", 243) + "@example.org", password}, []string{"email:identity.email_invalid"}},
		{"11 characters", Registration{"Ada", "a@example.org", strings.Repeat("é", 11)}, []string{"password:identity.password_short"}},
		{"12 characters", Registration{"Ada", "a@example.org", strings.Repeat("é", 12)}, nil},
		{"64 characters and spaces", Registration{"Ada", "a@example.org", strings.Repeat("a b ", 16)}, nil},
		{"128 characters", Registration{"Ada", "a@example.org", long}, nil},
		{"129 characters", Registration{"Ada", "a@example.org", long + "é"}, []string{"password:identity.password_long"}},
		{"the name", Registration{"Ada de la Tour", "a@example.org", "ADA DE LA TOUR"}, []string{"password:identity.password_same"}},
		{"the name in wide letters", Registration{"Ada de la Tour", "a@example.org", "Ａda de la Tour "}, []string{"password:identity.password_same"}},
		{"the address", Registration{"Ada", "long.address@example.org", "Long.Address@example.org"}, []string{"password:identity.password_same"}},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			f := &fixture{T: t}
			f.faults(c.Registration.Normalised().check(), c.want...)
		})
	}
}
