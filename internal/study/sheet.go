package study

import (
	"context"

	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/id"
)

// Sheet is what is known of an item of the bank in service. It holds the key.
type Sheet struct {
	Published *item.Published
	Item      *item.Item
	Entry     item.Entry // with the parameters in force
	History   []Accepted // of the version in service, the latest first
	Analysis  *Study     // the latest that saw the version, without its Quality; nil: none
	Quality   *ItemQuality
}

// recentAnalyses is how many analyses are searched for an item: one that none of them saw is not looked for further.
const recentAnalyses = 10

// Item returns the sheet of an item of the bank in service. The audit log keeps who read it, because it holds the key.
func (s *Service) Item(ctx context.Context, a identity.Actor, name string) (Sheet, error) {
	if err := s.Require(ctx, a); err != nil {
		return Sheet{}, err
	}
	p, err := s.items.Current(ctx)
	if err != nil {
		return Sheet{}, err
	}
	it, found := p.Bank.Item(name)
	if !found {
		return Sheet{}, errs.New(errs.NotFound, "study.item_not_found")
	}
	ref := item.Ref{ID: it.ID, Version: it.Version}
	sheet := Sheet{Published: p, Item: it}
	for _, e := range p.Manifest.Items {
		if e.ID == it.ID {
			sheet.Entry = e
		}
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if sheet.History, err = s.history(ctx, tx, p, ref); err != nil {
			return err
		}
		analyses, err := ended(ctx, tx, p.Bank.Name, Analysis, recentAnalyses)
		sheet.latest(analyses, ref)
		return err
	})
	if err != nil {
		return Sheet{}, errs.Wrap(err, "item %s", name)
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		return s.audit.Record(ctx, tx, audit.Event{Action: "item.view_key", Actor: a.Person, Object: "item:" + ref.String()})
	})
	return sheet, errs.Wrap(err, "item %s", name)
}

// history lists what was accepted for a version, the latest first.
func (s *Service) history(ctx context.Context, tx *db.Tx, p *item.Published, ref item.Ref) ([]Accepted, error) {
	all, err := s.items.Accepted(ctx, tx, p.Bank)
	if err != nil {
		return nil, err
	}
	names := &names{tx: tx, known: map[id.ID]string{}}
	var out []Accepted
	for _, line := range all {
		if line.Ref != ref {
			continue
		}
		name, err := names.of(ctx, line.By)
		if err != nil {
			return nil, err
		}
		out = append([]Accepted{{line, name}}, out...)
	}
	return out, nil
}

// latest takes what the first of the analyses that saw the version says of it.
func (s *Sheet) latest(analyses []Study, ref item.Ref) {
	for i := range analyses {
		for _, q := range analyses[i].Quality.Items {
			if q.Ref == ref && (q.N > 0 || q.Hidden) {
				s.Analysis, s.Quality = &analyses[i], &q
				s.Analysis.Quality = nil
				return
			}
		}
	}
}

// ended returns the latest studies of a kind that are done, with their results.
func ended(ctx context.Context, tx *db.Tx, bank string, kind Kind, most int) ([]Study, error) {
	rows, err := db.Many[studyRow](ctx, tx, endedStudies, bank, kind, most)
	if err != nil {
		return nil, err
	}
	all := make([]Study, len(rows))
	for i, r := range rows {
		if all[i], err = r.study(); err != nil {
			return nil, errs.Wrap(err, "study %s", r.ID)
		}
	}
	return all, nil
}

// Bank returns the bank in service.
func (s *Service) Bank(ctx context.Context, a identity.Actor) (*item.Published, error) {
	if err := s.Require(ctx, a); err != nil {
		return nil, err
	}
	return s.items.Current(ctx)
}
