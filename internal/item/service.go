package item

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/platform/audit"
	"galien/internal/platform/clock"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
)

// Service publishes banks and gives releases back.
type Service struct {
	db         *db.DB
	clock      clock.Clock
	audit      *audit.Log
	frameworks *framework.Service

	mu        sync.Mutex
	published map[string]*Published // by the release's digest; releases never change
	current   served
}

// served is the release that this process gives to new attempts.
type served struct {
	sha      string    // "" before this process has published
	accepted int       // lines of accepted parameters that the release was made with
	checked  time.Time // when they were last counted
}

// New returns the service over its database, clock, ledger and frameworks.
func New(d *db.DB, c clock.Clock, log *audit.Log, frameworks *framework.Service) *Service {
	return &Service{db: d, clock: c, audit: log, frameworks: frameworks, published: map[string]*Published{}}
}

// Publish stores the documents of a bank and its release, and is done at once when they are there. The bank's framework
// must have been imported: NotFound otherwise. The actor may be nobody: the program itself at its start.
func (s *Service) Publish(ctx context.Context, actor identity.Actor, b *Bank) (Release, error) {
	if b.Len() == 0 {
		return Release{}, errs.New(errs.Invalid, "item.empty_bank", "bank", b.Name)
	}
	fw, err := s.frameworks.Get(ctx, b.Framework, b.FrameworkVersion)
	if err != nil {
		return Release{}, err
	}
	if fw.SHA256 != b.FrameworkSHA256 {
		return Release{}, errs.New(errs.Conflict, "item.framework_changed", "framework", fw.Name())
	}
	var r Release
	err = s.db.Write(ctx, func(tx *db.Tx) (err error) {
		r, err = s.publish(ctx, tx, actor, b, fw)
		return err
	})
	return r, errs.Wrap(err, "publish bank %s", b.Name)
}

// publish makes the release of a bank with the parameters in force, in the caller's transaction. Once that is durable, new
// attempts pin the release.
func (s *Service) publish(ctx context.Context, tx *db.Tx, actor identity.Actor, b *Bank, fw *framework.Framework) (Release, error) {
	accepted, err := acceptedOf(ctx, tx, b)
	if err != nil {
		return Release{}, err
	}
	r, documents, err := release(b, InForce(accepted))
	if err != nil {
		return Release{}, err
	}
	if err := r.Manifest.check(fw); err != nil {
		return Release{}, err
	}
	tx.AfterCommit(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.current = served{r.SHA256, len(accepted), s.clock.Now()}
	})
	return r, s.store(ctx, tx, actor, r, documents)
}

func (s *Service) store(ctx context.Context, tx *db.Tx, actor identity.Actor, r Release, documents [][]byte) error {
	manifest, _, err := r.Manifest.canonical()
	if err != nil {
		return err
	}
	now := s.clock.Now().UnixMicro()
	n, err := tx.Exec(ctx, insertRelease, r.SHA256, r.Manifest.Bank, string(manifest), now)
	if err != nil || n == 0 { // n is 0 when this very release is stored, and so its documents
		return err
	}
	for i, e := range r.Manifest.Items {
		if _, err := tx.Exec(ctx, insertDocument, e.SHA256, e.ID, string(documents[i]), now); err != nil {
			return err
		}
	}
	return s.audit.Record(ctx, tx, audit.Event{
		Action: "item.publish", Actor: actor.Person, Object: "release:" + r.SHA256,
		Details: map[string]any{"bank": r.Manifest.Bank, "items": len(r.Manifest.Items), "framework": r.Manifest.Framework.SHA256},
	})
}

// Release gives back a published release, whole, from the database alone; it is kept in memory. NotFound when there is
// none under that digest.
func (s *Service) Release(ctx context.Context, sha string) (*Published, error) {
	s.mu.Lock()
	p, ok := s.published[sha]
	s.mu.Unlock()
	if ok {
		return p, nil
	}
	p, err := s.load(ctx, sha)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, ok := s.published[sha]; ok { // loaded twice at once: keep one
		return first, nil
	}
	s.published[sha] = p
	return p, nil
}

// Current returns the release that new attempts pin: the one this process published last, which is that of its embedded
// content even after a return to an older program; else the one published last by any. Parameters that another process
// accepted are in it within a second. NotFound when there is none.
func (s *Service) Current(ctx context.Context) (*Published, error) {
	now := s.clock.Now()
	s.mu.Lock()
	c := s.current
	s.mu.Unlock()
	if c.sha == "" {
		return s.latest(ctx)
	}
	p, err := s.Release(ctx, c.sha)
	if err != nil || now.Sub(c.checked) < recount {
		return p, err
	}
	return s.renewed(ctx, p, c.accepted)
}

// recount is how old the knowledge of the accepted parameters may be.
const recount = time.Second

// renewed publishes the bank anew when parameters were accepted since the release was made.
func (s *Service) renewed(ctx context.Context, p *Published, accepted int) (*Published, error) {
	now := s.clock.Now()
	var count int
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		count, err = db.One[int](ctx, tx, countParameters, p.Bank.Name, p.Bank.Language)
		return err
	})
	if err != nil {
		return nil, errs.Wrap(err, "accepted parameters")
	}
	if count == accepted {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.current.sha == p.SHA256 {
			s.current.checked = now
		}
		return p, nil
	}
	r, err := s.Publish(ctx, identity.Actor{}, p.Bank)
	if err != nil {
		return nil, err
	}
	return s.Release(ctx, r.SHA256)
}

func (s *Service) latest(ctx context.Context) (*Published, error) {
	var sha string
	var found bool
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		sha, found, err = db.Maybe[string](ctx, tx, latestRelease)
		return err
	})
	if err != nil {
		return nil, errs.Wrap(err, "latest release")
	}
	if !found {
		return nil, errs.New(errs.NotFound, "item.nothing_published")
	}
	return s.Release(ctx, sha)
}

func (s *Service) load(ctx context.Context, sha string) (*Published, error) {
	var manifest string
	var found bool
	documents := map[string]string{}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if manifest, found, err = db.Maybe[string](ctx, tx, releaseBySHA, sha); err != nil || !found {
			return err
		}
		return s.documents(ctx, tx, manifest, documents)
	})
	if err != nil {
		return nil, errs.Wrap(err, "release %s", sha)
	}
	if !found {
		return nil, errs.New(errs.NotFound, "item.release_not_found", "release", sha)
	}
	return s.rebuild(ctx, sha, manifest, documents)
}

// documents reads the documents that a manifest names.
func (s *Service) documents(ctx context.Context, tx *db.Tx, manifest string, into map[string]string) error {
	var m Manifest
	if err := json.Unmarshal([]byte(manifest), &m); err != nil {
		return err
	}
	for _, e := range m.Items {
		text, err := db.One[string](ctx, tx, documentBySHA, e.SHA256)
		if err != nil {
			return fmt.Errorf("document of item %s: %w", e.ID, err)
		}
		into[e.SHA256] = text
	}
	return nil
}

// rebuild makes the bank again. Every digest is checked: a stored text that changed must never score an answer.
func (s *Service) rebuild(ctx context.Context, sha, manifest string, documents map[string]string) (*Published, error) {
	if digest([]byte(manifest)) != sha {
		return nil, fmt.Errorf("release %s: the stored manifest is not the one that was published", sha)
	}
	var m Manifest
	if err := json.Unmarshal([]byte(manifest), &m); err != nil {
		return nil, fmt.Errorf("release %s: %w", sha, err)
	}
	fw, err := s.frameworks.Get(ctx, m.Framework.Code, m.Framework.Version)
	if err != nil {
		return nil, err
	}
	if err := m.check(fw); err != nil {
		return nil, err
	}
	b := &Bank{
		Name: m.Bank, Framework: m.Framework.Code, FrameworkVersion: m.Framework.Version, FrameworkSHA256: m.Framework.SHA256,
		Language: m.Language, Licence: m.Licence, fw: fw,
	}
	for _, e := range m.Items {
		text := []byte(documents[e.SHA256])
		if digest(text) != e.SHA256 {
			return nil, fmt.Errorf("release %s: the stored document of item %s is not the one that was published", sha, e.ID)
		}
		it, err := parseDocument(text)
		if err != nil {
			return nil, fmt.Errorf("release %s: %w", sha, err)
		}
		b.items = append(b.items, it)
	}
	return &Published{Release: Release{SHA256: sha, Manifest: m}, Bank: b, Framework: fw}, nil
}
