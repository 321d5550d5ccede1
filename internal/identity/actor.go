// Package identity knows people: visitors, accounts, who is signed in on which device.
//
// A visitor is a person from the first answer on. Making an account gives that same person a name and a password;
// signing in to an account that already exists joins the visitor to it by a dated alias. No row is rewritten.
package identity

import (
	"context"
	"time"

	"galien/internal/platform/i18n"
	"galien/internal/platform/id"
)

// Actor is who makes a request. The zero value is nobody: not even a visitor yet.
type Actor struct {
	Person  id.ID
	Visitor bool      // has no account
	Name    string    // empty for a visitor
	Email   string    // empty for a visitor
	Lang    i18n.Lang // the account's language; empty for a visitor

	login []byte    // hash of the identifier in the cookie
	since time.Time // of the sign-in on this device
	until time.Time // end of the sign-in as it stands
}

// Known reports whether the actor is a person, visitor or not.
func (a Actor) Known() bool { return a.Person != id.Nil }

// HasAccount reports whether the actor has signed in to an account.
func (a Actor) HasAccount() bool { return a.Known() && !a.Visitor }

type actorKey struct{}

// WithActor returns a context in which a acts.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf returns who acts in ctx, nobody by default.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
