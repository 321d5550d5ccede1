package assess

import (
	"context"

	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/org"
	"galien/internal/platform/db"
	"galien/internal/platform/id"
)

// Cohort is a part of an organisation's learners, each with where they stand, as its staff may see it.
type Cohort struct {
	org.Organisation
	Framework *framework.Framework
	Learners  []Standing
	Total     int // learners of the whole organisation
}

// Standing is where a learner stands, in one line. Of who does not share it holds the name and nothing else.
type Standing struct {
	org.Member
	State Progress
	At    int64  // when the latest positioning ended, while Done
	Whole *Dated // the latest measure of the whole framework in service; nil without
}

// Progress says how far a learner's latest positioning is.
type Progress int

// The states of progress.
const (
	NotBegun Progress = iota
	UnderWay
	Done
)

// Cohort returns a page (from 1) of an organisation's learners to its teachers and administrators. The reading is recorded.
func (s *Service) Cohort(ctx context.Context, a identity.Actor, organisation id.ID, page int) (Cohort, error) {
	return s.cohort(ctx, func(tx *db.Tx) (org.Roll, error) { return s.orgs.Roll(ctx, tx, a, organisation, page) })
}

// ExportCohort returns the learners that come after the given one, the zero Member for the first ones, until there are none.
func (s *Service) ExportCohort(ctx context.Context, a identity.Actor, organisation id.ID, after org.Member) (Cohort, error) {
	return s.cohort(ctx, func(tx *db.Tx) (org.Roll, error) { return s.orgs.Export(ctx, tx, a, organisation, after) })
}

// cohort reads the list, which checks the actor and records whose levels are read, then those levels, in one transaction.
func (s *Service) cohort(ctx context.Context, list func(*db.Tx) (org.Roll, error)) (Cohort, error) {
	published, err := s.items.Current(ctx)
	if err != nil {
		return Cohort{}, err
	}
	var roll org.Roll
	var held []heldAttempt
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if roll, err = list(tx); err != nil {
			return err
		}
		held, err = attemptsOfAll(ctx, tx, roll.Sharing())
		return err
	})
	if err != nil {
		return Cohort{}, err
	}
	c := Cohort{Organisation: roll.Organisation, Framework: published.Framework, Total: roll.Total}
	c.Learners, err = standings(published.Framework, roll.Members, held)
	return c, err
}

// heldAttempt is an attempt with the learner whose it reads as: it may be of the visitor they were before.
type heldAttempt struct {
	Holder id.ID
	Attempt
}

// attemptsOfAll reads the attempts of at most org.PageSize learners, in one statement.
func attemptsOfAll(ctx context.Context, tx *db.Tx, members []org.Member) ([]heldAttempt, error) {
	if len(members) == 0 {
		return nil, nil
	}
	args := make([]any, org.PageSize)
	for i := range args {
		args[i] = members[min(i, len(members)-1)].PersonID // the last one fills the places that are left
	}
	return db.Many[heldAttempt](ctx, tx, attemptsOfPage, args...)
}

func standings(fw *framework.Framework, members []org.Member, held []heldAttempt) ([]Standing, error) {
	attempts := map[id.ID][]Attempt{}
	for _, h := range held {
		attempts[h.Holder] = append(attempts[h.Holder], h.Attempt)
	}
	out := make([]Standing, len(members))
	for i, m := range members {
		all := attempts[m.PersonID]
		sortLatestFirst(all)
		history, err := summaries(all)
		if err != nil {
			return nil, err
		}
		out[i] = standing(fw, m, history)
	}
	return out, nil
}

func standing(fw *framework.Framework, m org.Member, history []Summary) Standing {
	s := Standing{Member: m}
	if len(history) == 0 {
		return s
	}
	s.State = UnderWay
	if latest := history[0].Attempt; latest.FinishedAt != nil {
		s.State, s.At = Done, *latest.FinishedAt
	}
	s.Whole = profileOf(fw, history).Whole
	return s
}
