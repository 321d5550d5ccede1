package item

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"galien/internal/identity"
	"galien/internal/measure"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Ref names an item in one version: what parameters belong to. An edit that touches meaning makes another version, which has
// none of them.
type Ref struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
}

// String writes the reference as id@version, as ParseRef reads it.
func (r Ref) String() string { return r.ID + "@" + strconv.Itoa(r.Version) }

// ParseRef reads what String writes; ok is false for anything else.
func ParseRef(text string) (r Ref, ok bool) {
	name, version, found := strings.Cut(text, "@")
	n, err := strconv.Atoi(version)
	r = Ref{name, n}
	return r, found && err == nil && n > 0 && r.String() == text
}

// Accepted is a line of the parameters that were accepted for an item in one version. Lines are only added; the latest is in
// force.
type Accepted struct {
	Ref
	Revision   int
	Parameters *Parameters // nil: back to those of the author's level
	Study      id.ID       // they come from it, or were taken back there
	By         id.ID
	At         int64
}

// acceptedRow is a line as stored.
type acceptedRow struct {
	ItemID            string
	Version, Revision int
	Parameters        *string
	StudyID           id.ID
	AcceptedBy        id.ID
	AcceptedAt        int64
}

func (r acceptedRow) accepted() (Accepted, error) {
	a := Accepted{Ref: Ref{r.ItemID, r.Version}, Revision: r.Revision, Study: r.StudyID, By: r.AcceptedBy, At: r.AcceptedAt}
	if r.Parameters == nil {
		return a, nil
	}
	a.Parameters = &Parameters{}
	if err := json.Unmarshal([]byte(*r.Parameters), a.Parameters); err != nil {
		return a, fmt.Errorf("accepted parameters of item %s, revision %d: %w", a.Ref, a.Revision, err)
	}
	return a, nil
}

// InForce keeps the latest line of each item version; the lines are in the order of their revisions.
func InForce(all []Accepted) map[Ref]Accepted {
	latest := make(map[Ref]Accepted, len(all))
	for _, a := range all {
		latest[a.Ref] = a
	}
	return latest
}

// served are the parameters that the item serves with: those in force, else its expert ones. Parameters for another number
// of categories are those of an item that was changed without a new version: they do not describe it.
func (it *Item) served(inForce map[Ref]Accepted) Parameters {
	a, ok := inForce[Ref{it.ID, it.Version}]
	if ok && a.Parameters != nil && it.fits(*a.Parameters) == nil {
		return *a.Parameters
	}
	p := it.ExpertParameters()
	p.Revision = a.Revision
	return p
}

// fits returns why the item cannot serve with the parameters.
func (it *Item) fits(p Parameters) error {
	model := p.measure(measure.Item{ID: it.ID})
	if err := model.Validate(); err != nil {
		return err
	}
	if n := model.Categories(); n != it.Max()+1 {
		return fmt.Errorf("item %s: parameters for %d categories, and it has %d", it.ID, n, it.Max()+1)
	}
	return nil
}

// Acceptance asks that an item of the release in service go on with other parameters: nil, those of its author's level.
type Acceptance struct {
	Ref
	Parameters *Parameters
}

// Accept adds parameters of items of a release, from a study, and publishes its bank with them, in the caller's transaction,
// which has checked that the actor may. Attempts that are open go on with the release they pin; new ones pin the new one, at
// once in this process. An item or a version that is not in the release gives NotFound, parameters that do not fit the item
// Invalid.
func (s *Service) Accept(ctx context.Context, tx *db.Tx, actor identity.Actor, p *Published, study id.ID, list []Acceptance) (Release, error) {
	accepted, err := acceptedOf(ctx, tx, p.Bank)
	if err != nil {
		return Release{}, err
	}
	inForce := InForce(accepted)
	revisions := map[string]int{}
	for _, a := range list {
		revision := inForce[a.Ref].Revision + 1
		if err := s.accept(ctx, tx, actor, p.Bank, study, a, revision); err != nil {
			return Release{}, err
		}
		revisions[a.Ref.String()] = revision
	}
	r, err := s.publish(ctx, tx, actor, p.Bank, p.Framework)
	if err != nil {
		return Release{}, err
	}
	return r, s.audit.Record(ctx, tx, audit.Event{Action: "item.accept", Actor: actor.Person, Object: "study:" + study.String(),
		Details: map[string]any{"bank": p.Bank.Name, "revisions": revisions, "release": r.SHA256}})
}

func (s *Service) accept(ctx context.Context, tx *db.Tx, actor identity.Actor, b *Bank, study id.ID, a Acceptance, revision int) error {
	it, ok := b.Item(a.ID)
	if !ok || it.Version != a.Version {
		return errs.New(errs.NotFound, "item.version_not_found", "item", a.Ref.String())
	}
	var text *string
	if a.Parameters != nil {
		p := *a.Parameters
		p.Revision = revision
		if err := it.fits(p); err != nil {
			return errs.New(errs.Invalid, "item.parameters_unfit", "item", a.Ref.String()).Cause(err)
		}
		canonical, err := audit.Canonical(p)
		if err != nil {
			return err
		}
		text = new(string(canonical))
	}
	_, err := tx.Exec(ctx, insertParameters, b.Name, b.Language, a.ID, a.Version, revision, text, study, actor.Person, s.clock.Now().UnixMicro())
	return err
}

// Accepted returns all that was accepted for the items of a bank, in the order of its revisions, in the caller's transaction.
func (s *Service) Accepted(ctx context.Context, tx *db.Tx, b *Bank) ([]Accepted, error) {
	return acceptedOf(ctx, tx, b)
}

func acceptedOf(ctx context.Context, tx *db.Tx, b *Bank) ([]Accepted, error) {
	rows, err := db.Many[acceptedRow](ctx, tx, acceptedParameters, b.Name, b.Language)
	if err != nil {
		return nil, err
	}
	all := make([]Accepted, len(rows))
	for i, r := range rows {
		if all[i], err = r.accepted(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
