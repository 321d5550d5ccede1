package identity

import "context"

// publicCost is next to nothing: a hash protects a password that is secret, and this one is shown to everybody.
func publicCost() cost { return cost{memory: 8, time: 1} }

// RegisterPublic is Register for an account whose password everybody may read, as those of a demonstration are. Nothing that
// serves people calls it.
func (s *Service) RegisterPublic(ctx context.Context, r Registration) (Actor, Token, error) {
	return s.enrol(ctx, Actor{}, "public", r, newHasher(publicCost()))
}
