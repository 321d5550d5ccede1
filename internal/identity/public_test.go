package identity

import (
	"strings"
	"testing"
)

func TestAPasswordThatEverybodyKnowsIsHashedCheaplyAndOpensItsAccount(t *testing.T) {
	each(t, func(f *fixture) {
		f.s.hasher = newHasher(standardCost())
		actor, _, err := f.s.RegisterPublic(f.Context(), ada())
		if err != nil {
			f.Fatal(err)
		}
		account, err := f.s.findAccount(f.Context(), ada().Email)
		if err != nil || !strings.Contains(account.PasswordHash, "$m=8,t=1,") {
			f.Errorf("hashed as %s, %v", account.PasswordHash, err)
		}
		if again, _ := f.signIn(Actor{}, ada().Email, ada().Password); again.Person != actor.Person {
			f.Error("the password opens another account")
		}
		f.register(Actor{}, Registration{Name: "Eve", Email: "eve@example.org", Password: password})
		other, err := f.s.findAccount(f.Context(), "eve@example.org")
		if err != nil || !strings.Contains(other.PasswordHash, "$m=19456,t=2,") {
			f.Errorf("an account of one's own is hashed as %s, %v", other.PasswordHash, err)
		}
	})
}
