package study

import (
	"context"

	"galien/internal/assess"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/org"
	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
	"galien/internal/platform/job"
)

// Service is the entry to studies. Its use cases are for psychometricians.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	audit  *audit.Log
	jobs   *job.Queue
	orgs   *org.Service
	items  *item.Service
	assess *assess.Service

	stopping context.Context // ends when the program does: a study that runs keeps its place and gives way
	stop     context.CancelFunc
}

// Deps are what the service works with.
type Deps struct {
	DB     *db.DB
	Clock  clock.Clock
	Audit  *audit.Log
	Jobs   *job.Queue
	Orgs   *org.Service
	Items  *item.Service
	Assess *assess.Service
}

// New returns the service and sets the handler of its jobs, before the queue starts.
func New(d Deps) *Service {
	s := &Service{db: d.DB, clock: d.Clock, audit: d.Audit, jobs: d.Jobs, orgs: d.Orgs, items: d.Items, assess: d.Assess}
	s.stopping, s.stop = context.WithCancel(context.Background())
	job.Handle(d.Jobs, s.run)
	return s
}

// Close has the studies that run keep their place and give way, so that the queue can stop; they go on after the next start.
func (s *Service) Close() { s.stop() }

// Require returns nil when the actor is a psychometrician now.
func (s *Service) Require(ctx context.Context, a identity.Actor) error {
	err := s.orgs.RequireNational(ctx, a, org.Psychometrician)
	if errs.Is(err, errs.Forbidden) {
		return errs.New(errs.Forbidden, "study.forbidden").Cause(err)
	}
	return err
}

// Count says what a choice holds, before anything is run.
type Count struct {
	Persons, Answers, Items int  // of items that at least MinPersons answered; all 0 when Few
	Enough                  int  // of these items, how many have the minimum of answers
	Few                     bool // fewer than MinPersons people: nothing is said of them
}

// Count reads what the choice holds of the bank in service.
func (s *Service) Count(ctx context.Context, a identity.Actor, c Choice) (Count, error) {
	p, c, err := s.prepare(ctx, a, c)
	if err != nil {
		return Count{}, err
	}
	found, err := s.gather(ctx, c.sample(p.Bank.Name), false, func() error { return ctx.Err() })
	if err != nil {
		return Count{}, err
	}
	d := found.data()
	if d.Persons < MinPersons {
		return Count{Few: true}, nil
	}
	n := Count{Persons: d.Persons, Answers: d.Answers, Items: d.Items}
	for i, count := range found.counts {
		if found.shown(i) && count >= int64(c.Minimum) {
			n.Enough++
		}
	}
	return n, nil
}

// prepare checks who asks and what for, and completes the choice with the bank in service.
func (s *Service) prepare(ctx context.Context, a identity.Actor, c Choice) (*item.Published, Choice, error) {
	if err := s.Require(ctx, a); err != nil {
		return nil, c, err
	}
	c.To = min(c.To, s.clock.Now().UnixMicro()) // answers still to come would change what was read
	if err := c.check(); err != nil {
		return nil, c, err
	}
	p, err := s.items.Current(ctx)
	if err != nil {
		return nil, c, err
	}
	c.Language = p.Bank.Language
	if c.Anchored && !hasAnchor(p) {
		var faults errs.Collect
		faults.Add("anchored", "study.no_anchor")
		return nil, c, faults.Err()
	}
	return p, c, nil
}

func hasAnchor(p *item.Published) bool {
	for _, e := range p.Manifest.Items {
		if e.Parameters.Provenance == item.Calibrated {
			return true
		}
	}
	return false
}

// Create asks for a calibration of the bank in service. It runs in the background.
func (s *Service) Create(ctx context.Context, a identity.Actor, c Choice) (id.ID, error) {
	p, c, err := s.prepare(ctx, a, c)
	if err != nil {
		return id.Nil, err
	}
	return s.create(ctx, a, Calibration, p, c)
}

// Analyse asks for an analysis of the answers to the bank in service: of the choice, the period, the extent and the minimum
// count. It runs in the background.
func (s *Service) Analyse(ctx context.Context, a identity.Actor, c Choice) (id.ID, error) {
	c.Models, c.Priors, c.Anchored = ModelsInForce, WeakPriors, false
	p, c, err := s.prepare(ctx, a, c)
	if err != nil {
		return id.Nil, err
	}
	return s.create(ctx, a, Analysis, p, c)
}

// create stores a study with its choice, and has it run.
func (s *Service) create(ctx context.Context, a identity.Actor, kind Kind, p *item.Published, choice any) (id.ID, error) {
	text, err := audit.Canonical(choice)
	if err != nil {
		return id.Nil, err
	}
	now := s.clock.Now()
	study := id.New(now)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, insertStudy, study, kind, p.Bank.Name, p.SHA256, string(text), a.Person, now.UnixMicro()); err != nil {
			return err
		}
		if err := s.jobs.Enqueue(ctx, tx, runArgs{Study: study}); err != nil {
			return err
		}
		return s.audit.Record(ctx, tx, audit.Event{Action: "study.create", Actor: a.Person, Object: object(study),
			Details: map[string]any{"kind": kind, "bank": p.Bank.Name, "release": p.SHA256, "choice": choice}})
	})
	return study, errs.Wrap(err, "study")
}

func object(study id.ID) string { return "study:" + study.String() }

// Cancel ends a study that waits or runs; what it found so far is given up.
func (s *Service) Cancel(ctx context.Context, a identity.Actor, study id.ID) error {
	if err := s.Require(ctx, a); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := find(ctx, tx, study); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, endStudy, study, Cancelled, nil, nil, s.clock.Now().UnixMicro())
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Conflict, "study.over")
		}
		return s.audit.Record(ctx, tx, audit.Event{Action: "study.cancel", Actor: a.Person, Object: object(study)})
	})
}

func find(ctx context.Context, tx *db.Tx, study id.ID) (Study, error) {
	row, found, err := db.Maybe[studyRow](ctx, tx, studyByID, study)
	if err != nil {
		return Study{}, err
	}
	if !found {
		return Study{}, errs.New(errs.NotFound, "study.not_found")
	}
	return row.study()
}

// listed is how many studies a list shows.
const listed = 200

// List returns the latest studies, the last first, without their results.
func (s *Service) List(ctx context.Context, a identity.Actor) ([]Study, error) {
	if err := s.Require(ctx, a); err != nil {
		return nil, err
	}
	var rows []studyRow
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = db.Many[studyRow](ctx, tx, latestStudies, listed)
		return err
	})
	if err != nil {
		return nil, errs.Wrap(err, "studies")
	}
	all := make([]Study, len(rows))
	for i, r := range rows {
		if all[i], err = r.study(); err != nil {
			return nil, errs.Wrap(err, "study %s", r.ID)
		}
	}
	return all, nil
}

// Report is a study with what became of its estimates.
type Report struct {
	Study
	AskedBy string                  // name; "" when the person is gone
	InForce map[item.Ref]Accepted   // what is in force now, of the items of the study
	Entries map[item.Ref]item.Entry // of the release in service

	Published *item.Published // the release that was in service when the study was asked for
}

// Accepted is a line of accepted parameters with the name of who accepted them, "" when the person is gone.
type Accepted struct {
	item.Accepted
	ByName string
}

// Get returns a study.
func (s *Service) Get(ctx context.Context, a identity.Actor, study id.ID) (Report, error) {
	if err := s.Require(ctx, a); err != nil {
		return Report{}, err
	}
	p, err := s.items.Current(ctx)
	if err != nil {
		return Report{}, err
	}
	r := Report{Entries: map[item.Ref]item.Entry{}}
	for _, e := range p.Manifest.Items {
		r.Entries[item.Ref{ID: e.ID, Version: e.Version}] = e
	}
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if r.Study, err = find(ctx, tx, study); err != nil {
			return err
		}
		names := &names{tx: tx, known: map[id.ID]string{}}
		if r.AskedBy, err = names.of(ctx, r.Study.AskedBy); err != nil {
			return err
		}
		r.InForce, err = s.inForce(ctx, tx, p, names)
		return err
	})
	if err != nil {
		return Report{}, err
	}
	r.Published, err = s.items.Release(ctx, r.Release)
	return r, err
}

func (s *Service) inForce(ctx context.Context, tx *db.Tx, p *item.Published, names *names) (map[item.Ref]Accepted, error) {
	all, err := s.items.Accepted(ctx, tx, p.Bank)
	if err != nil {
		return nil, err
	}
	out := map[item.Ref]Accepted{}
	for ref, a := range item.InForce(all) {
		name, err := names.of(ctx, a.By)
		if err != nil {
			return nil, err
		}
		out[ref] = Accepted{a, name}
	}
	return out, nil
}

// names looks up how people are called, once each.
type names struct {
	tx    *db.Tx
	known map[id.ID]string
}

func (n *names) of(ctx context.Context, person id.ID) (string, error) {
	if name, ok := n.known[person]; ok {
		return name, nil
	}
	name, _, err := db.Maybe[string](ctx, n.tx, nameOf, person)
	n.known[person] = name
	return name, err
}
