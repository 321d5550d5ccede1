package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"galien/content"
	"galien/internal/assess"
	"galien/internal/framework"
	"galien/internal/identity"
	"galien/internal/item"
	"galien/internal/org"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
	"galien/internal/platform/errs"
	"galien/internal/platform/job"
	"galien/internal/platform/keyring"
	"galien/internal/platform/migrate"
	"galien/internal/platform/web"
	"galien/internal/scenario"
	"galien/internal/study"
)

// App is the whole application. New builds it, Run serves until its context ends, Close releases what New opened.
type App struct {
	Config     Config
	DB         *db.DB
	Ring       *keyring.Ring
	Audit      *audit.Log
	Jobs       *job.Queue
	Identity   *identity.Service
	Orgs       *org.Service
	Frameworks *framework.Service
	Items      *item.Service
	Assess     *assess.Service
	Studies    *study.Service

	registry *prometheus.Registry
	server   *web.Server
	listener net.Listener
	watched  net.Listener // for the metrics; nil without

	transcripts map[string]map[int][]scenario.Event // of the demonstration: by scenario and category

	draining atomic.Bool
	started  atomic.Bool
}

// New opens the database and the keys, migrates, publishes the embedded content and checks the route table. Its errors
// are sentences for the person at the terminal. Nothing listens yet.
func New(ctx context.Context, c Config) (*App, error) {
	a, err := Open(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := a.prepare(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// Open opens the database and the keys and builds the services, without migrating or publishing: what the maintenance
// commands need.
func Open(ctx context.Context, c Config) (*App, error) {
	if err := c.defaults(); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, c.Database)
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, DB: d, registry: prometheus.NewRegistry()}
	if err := a.wire(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return a, nil
}

func (a *App) wire() (err error) {
	c := a.Config
	scopes, err := migrate.Scopes()
	if err != nil {
		return err
	}
	a.DB.SetScopes(scopes)
	origin := strings.TrimPrefix(strings.TrimPrefix(c.PublicURL, "https://"), "http://")
	if a.Ring, err = keyring.Open(filepath.Join(c.Data, "keys"), origin, c.Clock); err != nil {
		return err
	}
	a.Audit = audit.New(c.Clock, a.Ring, a.DB, filepath.Join(c.Data, "ledger"))
	a.Jobs = job.New(a.DB, c.Log)
	a.Identity = identity.New(a.DB, c.Clock, a.Audit, a.Ring)
	a.Orgs = org.New(a.DB, c.Clock, a.Audit)
	a.Frameworks = framework.New(a.DB, c.Clock, a.Audit)
	a.Items = item.New(a.DB, c.Clock, a.Audit, a.Frameworks)
	a.Assess, err = assess.New(assess.Deps{DB: a.DB, Clock: c.Clock, Audit: a.Audit, Ring: a.Ring, Jobs: a.Jobs, Log: c.Log,
		Frameworks: a.Frameworks, Items: a.Items, Orgs: a.Orgs})
	if err != nil {
		return err
	}
	a.Studies = study.New(study.Deps{DB: a.DB, Clock: c.Clock, Audit: a.Audit, Jobs: a.Jobs, Orgs: a.Orgs, Items: a.Items, Assess: a.Assess})
	a.Identity.OnForget = a.Assess.Forget
	return nil
}

// prepare brings the database to this program's schema and content.
func (a *App) prepare(ctx context.Context) error {
	if err := migrate.Up(ctx, a.DB); err != nil {
		return err
	}
	if err := a.publish(ctx); err != nil {
		return fmt.Errorf("the content of this program cannot be published: %w", err)
	}
	job.Handle(a.Jobs, func(ctx context.Context, _ purgeArgs) error { return a.Identity.PurgeExpired(ctx) })
	job.Handle(a.Jobs, func(ctx context.Context, _ checkpointArgs) error { return a.Assess.Checkpoint(ctx) })
	a.Jobs.Every(time.Hour, purgeArgs{})
	job.Handle(a.Jobs, func(ctx context.Context, _ resumeArgs) error { return a.Studies.Resume(ctx) })
	a.Jobs.Every(time.Minute, checkpointArgs{})
	a.Jobs.Every(time.Minute, resumeArgs{})
	var err error
	a.server, err = a.newServer()
	return err
}

type purgeArgs struct{}

// Kind names the job.
func (purgeArgs) Kind() string { return "identity.purge" }

type checkpointArgs struct{}

// Kind names the job.
func (checkpointArgs) Kind() string { return "assess.checkpoint" }

type resumeArgs struct{}

// Kind names the job.
func (resumeArgs) Kind() string { return "study.resume" }

// publish imports the embedded frameworks and publishes the embedded banks; it does nothing when they are there.
func (a *App) publish(ctx context.Context) error {
	files := content.FS()
	names, err := fs.Glob(files, "frameworks/*.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if _, _, err := a.Frameworks.Import(ctx, identity.Actor{}, name, data); err != nil {
			return frameworkRefusal(name, err)
		}
	}
	bank, err := LoadBank(files)
	if err != nil {
		return err
	}
	_, err = a.Items.Publish(ctx, identity.Actor{}, bank)
	return err
}

// frameworkRefusal says in a sentence what is wrong with an embedded framework, and how to mend it.
func frameworkRefusal(name string, err error) error {
	if errs.HasCode(err, "framework.version_exists") {
		return fmt.Errorf("%s is not the text that the database holds under the same code and version: a version does not change "+
			"once it is imported, since results refer to it; give the changed file another version, and name that version in the bank.yaml "+
			"of the banks that measure it, or start the program that imported the first text (%w)", name, err)
	}
	return err
}

// LoadBank reads the authored bank and its framework from a content folder.
func LoadBank(files fs.FS) (*item.Bank, error) {
	data, err := fs.ReadFile(files, "frameworks/socle-ns-1.2022.yaml")
	if err != nil {
		return nil, err
	}
	fw, err := framework.Parse("frameworks/socle-ns-1.2022.yaml", data)
	if err != nil {
		return nil, err
	}
	return item.Load(files, "items/socle-ns", fw)
}

// Listen takes the addresses, so that a port in use is known before anything else starts. It returns the site's.
func (a *App) Listen(ctx context.Context) (net.Addr, error) {
	var err error
	if a.listener, err = listen(ctx, a.Config.Listen, "--listen"); err != nil {
		return nil, err
	}
	if a.Config.Metrics != "" {
		if a.watched, err = listen(ctx, a.Config.Metrics, "--metrics-listen"); err != nil {
			return nil, errors.Join(err, a.listener.Close())
		}
	}
	return a.listener.Addr(), nil
}

func listen(ctx context.Context, address, flag string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (%v): another program may use the port; choose another with %s", address, opReason(err), flag)
	}
	return l, nil
}

func opReason(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// Start begins the background work, jobs and the sealing of the ledger. stop ends it: it lets running jobs end and seals
// what is left, until its context ends.
func (a *App) Start(ctx context.Context) (stop func(context.Context) error, err error) {
	ctx, cancel := context.WithCancel(ctx)
	if err := a.Jobs.Start(ctx); err != nil {
		cancel()
		return nil, fmt.Errorf("the job queue cannot start: %w", err)
	}
	var sealing sync.WaitGroup
	sealing.Go(func() { a.Audit.Run(ctx, a.Config.Log) })
	return func(deadline context.Context) error {
		a.Studies.Close()
		err := a.Jobs.Stop(deadline)
		cancel()
		sealed := make(chan struct{})
		go func() { sealing.Wait(); close(sealed) }()
		select {
		case <-sealed:
		case <-deadline.Done():
			return errors.Join(err, deadline.Err()) // what is not sealed yet is at the next start
		}
		headsErr := a.Assess.Checkpoint(deadline) // so that nothing of an open log can be cut while the program is stopped
		_, sealErr := a.Audit.Seal(deadline)
		return errors.Join(err, headsErr, sealErr)
	}, nil
}

// grace is how long running requests may last once the application is told to stop.
const grace = 20 * time.Second

// Run serves on the address of Listen until ctx ends, then lets the running requests end.
func (a *App) Run(ctx context.Context) error {
	stop, err := a.Start(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: a.server.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 120 * time.Second, MaxHeaderBytes: 32 << 10}
	a.Config.warn()
	stopMetrics := a.serveMetrics()
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(a.listener) }()
	a.started.Store(true)
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	a.draining.Store(true)
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	return errors.Join(err, srv.Shutdown(deadline), stopMetrics(deadline), stop(deadline))
}

// OpenAPI describes the API (OpenAPI 3.1).
func (a *App) OpenAPI() *huma.OpenAPI { return a.server.OpenAPI() }

// Handler is the whole site, for tests.
func (a *App) Handler() http.Handler { return a.server.Handler() }

// Close writes what is pending and closes the database. Run must have returned.
func (a *App) Close() error {
	a.Assess.Close()
	return a.DB.Close()
}
