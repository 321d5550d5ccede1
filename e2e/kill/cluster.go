package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"galien/internal/platform/db"
	"galien/internal/testkit/checkout"
)

// cluster is a PostgreSQL server of this run's own, which it may kill. scripts/postgres makes it and removes it.
type cluster struct {
	script string
	home   string // folder made for it
	dir    string // GALIEN_POSTGRES_DIR, in home
	url    string
	bin    string // folder of pg_ctl
	port   string
	owner  *syscall.Credential // of its files; nil when it is who runs this
}

func newCluster(ctx context.Context) (*cluster, error) {
	root, err := checkout.Root()
	if err != nil {
		return nil, err
	}
	home, err := os.MkdirTemp("", "galien-cluster-*")
	if err != nil {
		return nil, err
	}
	c := &cluster{script: filepath.Join(root, "scripts", "postgres"), home: home, dir: filepath.Join(home, "pg")}
	if err := c.create(ctx); err != nil {
		return nil, errors.Join(err, c.remove())
	}
	return c, nil
}

func (c *cluster) create(ctx context.Context) error {
	// The server's user, who is not root, must reach the folder.
	if err := os.Chmod(c.home, 0o711); err != nil {
		return err
	}
	out, err := c.run(ctx, "start")
	if err != nil {
		return err
	}
	c.url = strings.TrimSpace(out)
	return c.learn()
}

// run runs the script on this cluster.
func (c *cluster) run(ctx context.Context, verb string) (string, error) {
	cmd := exec.CommandContext(ctx, c.script, verb)
	cmd.Env = append(os.Environ(), "GALIEN_POSTGRES_DIR="+c.dir)
	var failure bytes.Buffer
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("scripts/postgres %s: %w: %s", verb, err, failure.String())
	}
	return string(out), nil
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

// learn reads what a restart needs from the running server.
func (c *cluster) learn() error {
	u, err := url.Parse(c.url)
	if err != nil {
		return err
	}
	c.port = u.Port()
	options, err := os.ReadFile(filepath.Join(c.data(), "postmaster.opts"))
	if err != nil {
		return err
	}
	program, _, _ := strings.Cut(string(options), " ")
	c.bin = filepath.Dir(program)
	info, err := os.Stat(c.data())
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return errors.New("the owner of the cluster cannot be told on this system")
	}
	if int(stat.Uid) != os.Getuid() {
		c.owner = &syscall.Credential{Uid: stat.Uid, Gid: stat.Gid}
	}
	return nil
}

// crash stops the server as a power cut of its machine would leave it, without a checkpoint, and starts it again.
func (c *cluster) crash(ctx context.Context) error {
	if err := c.control(ctx, "-m", "immediate", "stop"); err != nil {
		return err
	}
	return c.control(ctx, "-l", filepath.Join(c.data(), "server.log"), "-o", "-p "+c.port, "start")
}

func (c *cluster) control(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, "pg_ctl"), append([]string{"-D", c.data(), "-w", "-t", "60"}, args...)...)
	cmd.Dir = "/"
	if c.owner != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.owner}
	}
	// No pipe: the server would keep it open.
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("pg_ctl %s: %w: see server.log in %s", args[len(args)-1], err, c.data())
	}
	return nil
}

const aBackend = `SELECT pid FROM pg_stat_activity WHERE application_name = 'galien' AND datname = current_database()
AND pid <> pg_backend_pid() ORDER BY state = 'active' DESC, random() LIMIT 1`

// killBackend kills a server process that works for the program: PostgreSQL then ends all its connections and recovers
// from its log. It returns when the server answers again.
func (c *cluster) killBackend(ctx context.Context, dsn string) error {
	d, err := db.Open(ctx, dsn)
	if err != nil {
		return err
	}
	err = c.killOne(ctx, d)
	// The connection is dead: that it does not close well says nothing.
	_ = d.Close()
	if err != nil {
		return err
	}
	return c.recovered(ctx, dsn)
}

// killOne kills a backend and waits until the server has noticed, which ends our own connection, too.
func (c *cluster) killOne(ctx context.Context, d *db.DB) error {
	conn, err := d.Writer().Conn(ctx)
	if err != nil {
		return err
	}
	var pid int
	err = conn.QueryRowContext(ctx, aBackend).Scan(&pid)
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGKILL)
	}
	ctx, cancel := context.WithTimeout(ctx, goesOn)
	defer cancel()
	for err == nil && conn.PingContext(ctx) == nil {
		select {
		case <-ctx.Done():
			err = fmt.Errorf("the server does not notice that process %d was killed: %w", pid, ctx.Err())
		case <-time.After(time.Millisecond):
		}
	}
	_ = conn.Close() // dead
	return err
}

// recovered waits until the server takes connections.
func (c *cluster) recovered(ctx context.Context, dsn string) error {
	ctx, cancel := context.WithTimeout(ctx, goesOn)
	defer cancel()
	for {
		d, err := db.Open(ctx, dsn)
		if err == nil {
			return d.Close()
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// remove stops the server and removes its files. It is stopped at once: a fast shutdown that comes during a recovery may
// never end.
func (c *cluster) remove() error {
	ctx := context.Background()
	var stopped error
	if c.bin != "" {
		stopped = c.control(ctx, "-m", "immediate", "stop")
	}
	_, err := c.run(ctx, "stop")
	return errors.Join(stopped, err, os.RemoveAll(c.home))
}
