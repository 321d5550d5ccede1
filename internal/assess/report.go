package assess

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"

	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/org"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Report is a finished attempt as its learner reads it: the result, then each answer with its explanation and sources.
type Report struct {
	Attempt   Attempt
	Framework *framework.Framework
	Result    Result
	Answers   []Explained

	// BeingChecked says that a recomputation of the stored log disagreed: the result stands until somebody has looked.
	BeingChecked bool
}

// Report returns the learner's own finished attempt.
func (s *Service) Report(ctx context.Context, a identity.Actor, attempt id.ID) (Report, error) {
	l, err := s.settle(ctx, a, attempt)
	if err != nil {
		return Report{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.attempt.State != Finished {
		return Report{}, errs.New(errs.Conflict, "assess.not_finished")
	}
	r := Report{Attempt: l.attempt, Framework: l.plan.framework}
	if r.Result, err = l.attempt.result(); err != nil {
		return Report{}, err
	}
	if !r.Result.Enough() {
		return Report{}, errs.New(errs.Conflict, "assess.no_result")
	}
	if r.BeingChecked, err = s.beingChecked(ctx, l.attempt); err != nil {
		return Report{}, err
	}
	events, err := s.events(ctx, l.attempt)
	if err != nil {
		return Report{}, err
	}
	r.Answers, err = l.explain(events)
	return r, err
}

func (t Attempt) result() (Result, error) {
	var r Result
	if t.Result == nil {
		return r, errs.New(errs.Conflict, "assess.not_finished")
	}
	return r, errs.Wrap(json.Unmarshal([]byte(*t.Result), &r), "assess: stored result")
}

// Summary is one line of a learner's history.
type Summary struct {
	Attempt Attempt
	Result  *Result // nil while open
}

// History lists the actor's attempts, the latest first.
func (s *Service) History(ctx context.Context, a identity.Actor) ([]Summary, error) {
	if !a.Known() {
		return nil, nil
	}
	var all []Attempt
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = s.attempts(ctx, tx, a.Person)
		return err
	})
	if err != nil {
		return nil, err
	}
	return summaries(all)
}

func summaries(all []Attempt) ([]Summary, error) {
	out := make([]Summary, len(all))
	for i, t := range all {
		out[i].Attempt = t
		if t.State == Finished {
			r, err := t.result()
			if err != nil {
				return nil, err
			}
			out[i].Result = &r
		}
	}
	return out, nil
}

func sortLatestFirst(all []Attempt) {
	slices.SortFunc(all, func(a, b Attempt) int {
		return cmp.Or(cmp.Compare(b.StartedAt, a.StartedAt), slices.Compare(b.ID[:], a.ID[:]))
	})
}

// Profile is where a learner stands: for the whole, each domain and each competency, the latest measure there is.
type Profile struct {
	Framework    *framework.Framework
	Whole        *Dated
	Domains      map[string]Dated
	Competencies map[string]Dated
	Next         Step
	Open         []Attempt // to be resumed
	History      []Summary
}

// Dated is a measure and when and in which attempt it was made.
type Dated struct {
	Measured
	At      int64
	Attempt id.ID
}

// Step is what to do next, and why.
type Step struct {
	Kind       StepKind
	Domain     string
	Competency string
	Attempt    id.ID
	Unmeasured int  // domains without a measure, for StepWhole
	Sure       bool // the domain is lower than each other one with 8 chances in 10, for StepDomain
}

// StepKind is a reason to do something next.
type StepKind string

// The next steps, in the order in which they are proposed.
const (
	StepResume StepKind = "resume" // an attempt is open
	StepWhole  StepKind = "whole"  // no positioning on the whole framework yet
	StepDomain StepKind = "domain" // this domain is the lowest: look closer at it
)

// Profile returns where the actor stands in the framework in service.
func (s *Service) Profile(ctx context.Context, a identity.Actor) (Profile, error) {
	history, err := s.History(ctx, a)
	if err != nil {
		return Profile{}, err
	}
	return s.profile(ctx, history)
}

// LearnerProfile returns where a learner stands to a teacher or administrator of an organisation that may read it now.
// The reading is recorded.
func (s *Service) LearnerProfile(ctx context.Context, a identity.Actor, organisation, person id.ID) (org.Member, Profile, error) {
	var member org.Member
	var all []Attempt
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		var err error
		if member, err = s.orgs.Reader(ctx, tx, a, organisation, person); err != nil {
			return err
		}
		if all, err = s.attempts(ctx, tx, person); err != nil {
			return err
		}
		return s.audit.Record(ctx, tx, audit.Event{Action: "assess.read_learner", Actor: a.Person, Subject: person, Org: organisation,
			Object: "person:" + person.String()})
	})
	if err != nil {
		return org.Member{}, Profile{}, err
	}
	history, err := summaries(all)
	if err != nil {
		return org.Member{}, Profile{}, err
	}
	p, err := s.profile(ctx, history)
	return member, p, err
}

func (s *Service) profile(ctx context.Context, history []Summary) (Profile, error) {
	published, err := s.items.Current(ctx)
	if err != nil {
		return Profile{}, err
	}
	return profileOf(published.Framework, history), nil
}

// profileOf is where a history, the latest first, puts its learner in a framework.
func profileOf(fw *framework.Framework, history []Summary) Profile {
	p := Profile{Framework: fw, History: history, Domains: map[string]Dated{}, Competencies: map[string]Dated{}}
	for _, h := range slices.Backward(history) { // the oldest first: the latest measure stays
		if h.Result == nil {
			p.Open = append(p.Open, h.Attempt)
			continue
		}
		p.add(h)
	}
	p.Next = p.step()
	return p
}

func (p *Profile) add(h Summary) {
	if h.Result.Framework != p.Framework.Code || h.Result.Version != p.Framework.Version {
		return // read through a crosswalk, when there is one
	}
	if !h.Result.Enough() {
		return
	}
	date := func(m Measured) Dated { return Dated{m, *h.Attempt.FinishedAt, h.Attempt.ID} }
	if h.Result.Scope == "" {
		whole := date(h.Result.Main)
		p.Whole = &whole
	}
	for _, m := range h.Result.Domains {
		p.Domains[m.Code] = date(m)
	}
	for _, m := range h.Result.Competencies {
		p.Competencies[m.Code] = date(m)
	}
}

func (p *Profile) step() Step {
	if len(p.Open) > 0 {
		return Step{Kind: StepResume, Attempt: p.Open[len(p.Open)-1].ID}
	}
	if p.Whole == nil {
		return Step{Kind: StepWhole, Unmeasured: len(p.Framework.Domains) - len(p.Domains)}
	}
	var lowest string
	for _, d := range p.Framework.Domains {
		m, ok := p.Domains[d.Code]
		if ok && (lowest == "" || m.Mean < p.Domains[lowest].Mean) {
			lowest = d.Code
		}
	}
	step := Step{Kind: StepDomain, Domain: lowest, Sure: p.surelyLowest(lowest)}
	domain, _ := p.Framework.Domain(lowest)
	for _, c := range domain.Competencies {
		m, ok := p.Competencies[c.Code]
		if ok && (step.Competency == "" || m.Mean < p.Competencies[step.Competency].Mean) {
			step.Competency = c.Code
		}
	}
	return step
}

// surelyLowest compares a domain's measure with each other one, as if they were independent: their errors have in common
// what the domains share, so that a difference is surer than this says.
func (p *Profile) surelyLowest(domain string) bool {
	d := p.Domains[domain]
	for code, m := range p.Domains {
		if code != domain && m.Mean-d.Mean < sureDifference*math.Hypot(m.SE, d.SE) {
			return false
		}
	}
	return len(p.Domains) > 1
}

// sureDifference is the difference, in its own standard errors, that is above 0 with 8 chances in 10.
const sureDifference = 0.84
