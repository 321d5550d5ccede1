package study

import (
	"context"

	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Accept puts the study's estimates of the given items in force: new attempts are measured with them, those that are open go
// on with the parameters they began with. An item whose estimate may not be accepted, see Estimate.Acceptable, refuses them
// all. One that serves with this very estimate already is left as it is.
func (s *Service) Accept(ctx context.Context, a identity.Actor, study id.ID, refs []item.Ref) error {
	return s.change(ctx, a, study, refs, func(st Study, lines map[item.Ref][]item.Accepted) ([]item.Acceptance, error) {
		if !st.Result.Fit.Converged {
			return nil, errs.New(errs.Conflict, "study.not_converged")
		}
		var list []item.Acceptance
		for _, ref := range refs {
			e, ok := st.Result.of(ref)
			if !ok || !e.Acceptable() {
				return nil, errs.New(errs.Invalid, "study.not_acceptable", "item", ref.String())
			}
			if last := lastOf(lines[ref]); last.Study == study && last.Parameters != nil && last.Parameters.Study == study.String() {
				continue
			}
			p := *e.Estimated
			p.Study = study.String()
			list = append(list, item.Acceptance{Ref: ref, Parameters: &p})
		}
		return list, nil
	})
}

// TakeBack puts the parameters that were in force before the study's back in force, for the given items whose parameters in
// force are the study's. Nothing is erased: they are accepted again.
func (s *Service) TakeBack(ctx context.Context, a identity.Actor, study id.ID, refs []item.Ref) error {
	return s.change(ctx, a, study, refs, func(_ Study, lines map[item.Ref][]item.Accepted) ([]item.Acceptance, error) {
		var list []item.Acceptance
		for _, ref := range refs {
			before, ok := beforeStudy(lines[ref], study)
			if !ok {
				return nil, errs.New(errs.Conflict, "study.not_in_force", "item", ref.String())
			}
			list = append(list, item.Acceptance{Ref: ref, Parameters: before})
		}
		return list, nil
	})
}

// beforeStudy returns the parameters in force before those of the study, nil for those of the author's level; ok is false when
// the study's are not in force.
func beforeStudy(lines []item.Accepted, study id.ID) (before *item.Parameters, ok bool) {
	isStudys := func(l item.Accepted) bool { return l.Parameters != nil && l.Parameters.Study == study.String() }
	if !isStudys(lastOf(lines)) {
		return nil, false
	}
	if len(lines) > 1 {
		before = lines[len(lines)-2].Parameters
	}
	return before, true
}

// lastOf is the line in force; the zero line when there is none.
func lastOf(lines []item.Accepted) item.Accepted {
	if len(lines) == 0 {
		return item.Accepted{}
	}
	return lines[len(lines)-1]
}

// change decides on the lines of the bank in service and adds to them, in one transaction.
func (s *Service) change(ctx context.Context, a identity.Actor, study id.ID, refs []item.Ref,
	decide func(Study, map[item.Ref][]item.Accepted) ([]item.Acceptance, error)) error {
	if err := s.Require(ctx, a); err != nil {
		return err
	}
	p, err := s.items.Current(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		st, err := find(ctx, tx, study)
		switch {
		case err != nil:
			return err
		case st.Status != Done:
			return errs.New(errs.Conflict, "study.not_done")
		case len(refs) == 0:
			return errs.New(errs.Invalid, "study.nothing_chosen")
		case p.Bank.Name != st.Bank || p.Bank.Language != st.Choice.Language:
			return errs.New(errs.Conflict, "study.other_bank")
		}
		all, err := s.items.Accepted(ctx, tx, p.Bank)
		if err != nil {
			return err
		}
		lines := map[item.Ref][]item.Accepted{}
		for _, l := range all {
			lines[l.Ref] = append(lines[l.Ref], l)
		}
		list, err := decide(st, lines)
		if err != nil || len(list) == 0 {
			return err
		}
		_, err = s.items.Accept(ctx, tx, a, p, study, list)
		return err
	})
}

// of finds the estimate of an item.
func (r *Result) of(ref item.Ref) (Estimate, bool) {
	for _, e := range r.Items {
		if e.Ref == ref {
			return e, true
		}
	}
	return Estimate{}, false
}
