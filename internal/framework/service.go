package framework

import (
	"context"
	"fmt"
	"sync"

	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
)

// Service imports frameworks and gives them back.
type Service struct {
	db    *db.DB
	clock clock.Clock
	audit *audit.Log

	mu     sync.Mutex
	parsed map[key]*Framework // an imported version never changes
}

type key struct{ code, version string }

// New returns the service over its database, clock and ledger.
func New(d *db.DB, c clock.Clock, log *audit.Log) *Service {
	return &Service{db: d, clock: c, audit: log, parsed: map[key]*Framework{}}
}

const insertFramework = `INSERT INTO framework (code, version, document, sha256, imported_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (code, version) DO NOTHING`

const frameworkSHA = `SELECT sha256 FROM framework WHERE code = $1 AND version = $2`

const frameworkDocument = `SELECT document FROM framework WHERE code = $1 AND version = $2`

const listFrameworks = `SELECT code, version FROM framework ORDER BY code, imported_at DESC, version DESC`

// Import reads a framework and stores it. imported is false when the same document was there already. Another document
// under the same code and version gives Conflict: a changed framework is a new version. A document that Parse refuses
// gives Invalid, with the problems as its cause. The actor may be nobody: the program itself.
func (s *Service) Import(ctx context.Context, actor identity.Actor, name string, data []byte) (f *Framework, imported bool, err error) {
	f, err = Parse(name, data)
	if err != nil {
		return nil, false, errs.New(errs.Invalid, "framework.invalid").Cause(err)
	}
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		imported, err = s.store(ctx, tx, actor, f)
		return err
	})
	if err != nil {
		return nil, false, errs.Wrap(err, "import framework %s", f.Name())
	}
	return s.keep(f), imported, nil
}

func (s *Service) store(ctx context.Context, tx *db.Tx, actor identity.Actor, f *Framework) (imported bool, err error) {
	n, err := tx.Exec(ctx, insertFramework, f.Code, f.Version, string(f.document), f.SHA256, s.clock.Now().UnixMicro())
	if err != nil {
		return false, err
	}
	if n == 0 {
		sha, err := db.One[string](ctx, tx, frameworkSHA, f.Code, f.Version)
		if err == nil && sha != f.SHA256 {
			err = errs.New(errs.Conflict, "framework.version_exists", "code", f.Code, "version", f.Version)
		}
		return false, err
	}
	return true, s.audit.Record(ctx, tx, audit.Event{
		Action: "framework.import", Actor: actor.Person, Object: "framework:" + f.Code + ":" + f.Version,
		Details: map[string]any{"sha256": f.SHA256},
	})
}

// List returns every imported framework, by code, the last imported version first.
func (s *Service) List(ctx context.Context) ([]*Framework, error) {
	type row struct{ Code, Version string }
	var rows []row
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = db.Many[row](ctx, tx, listFrameworks)
		return err
	})
	if err != nil {
		return nil, errs.Wrap(err, "list frameworks")
	}
	list := make([]*Framework, len(rows))
	for i, r := range rows {
		if list[i], err = s.Get(ctx, r.Code, r.Version); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Get returns an imported framework; NotFound when there is none under that code and version.
func (s *Service) Get(ctx context.Context, code, version string) (*Framework, error) {
	s.mu.Lock()
	f, ok := s.parsed[key{code, version}]
	s.mu.Unlock()
	if ok {
		return f, nil
	}
	var document string
	var found bool
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		document, found, err = db.Maybe[string](ctx, tx, frameworkDocument, code, version)
		return err
	})
	if err != nil {
		return nil, errs.Wrap(err, "framework %s %s", code, version)
	}
	if !found {
		return nil, errs.New(errs.NotFound, "framework.not_found", "code", code, "version", version)
	}
	f, err = Parse(code+"-"+version+".yaml", []byte(document))
	if err != nil {
		return nil, fmt.Errorf("the stored framework %s %s can no longer be read: %w", code, version, err)
	}
	return s.keep(f), nil
}

// keep caches a stored framework and returns the one first cached, so that all callers share it.
func (s *Service) keep(f *Framework) *Framework {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := key{f.Code, f.Version}
	if first, ok := s.parsed[k]; ok {
		return first
	}
	s.parsed[k] = f
	return f
}
