package db

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// connections bounds the pool of one process.
const connections = 24

func openPostgreSQL(ctx context.Context, dsn string) (*DB, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, errors.New("the PostgreSQL address cannot be read: write postgres://USER:PASSWORD@HOST:5432/NAME")
	}
	q := u.Query()
	for name, value := range map[string]string{"target_session_attrs": "read-write", "connect_timeout": "5", "application_name": "galien"} {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20") // as libpq reads a space
	config, err := pgx.ParseConfig(u.String())
	if err != nil {
		return nil, fmt.Errorf("the PostgreSQL address cannot be read: %s", redactError(err, dsn))
	}
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(refuseForgetful))
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	d := &DB{Engine: PostgreSQL, write: pool, read: pool}
	if err := pool.PingContext(ctx); err != nil {
		var forgetful *forgetfulError
		if !errors.As(err, &forgetful) {
			err = fmt.Errorf("PostgreSQL at %s does not answer: check that it runs, that the address and the account are right (%s)", u.Host, redactError(err, dsn))
		}
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// forgetfulError says that a crash of the server could lose what it acknowledged.
type forgetfulError struct{ name, setting string }

// Error is one sentence that ends with what to do.
func (e *forgetfulError) Error() string {
	mend := "in postgresql.conf"
	if e.name == "synchronous_commit" { // the only one of the three that an account, a database or an address may set
		mend = "in postgresql.conf, or with ALTER ROLE and ALTER DATABASE … RESET synchronous_commit"
	}
	return fmt.Sprintf("PostgreSQL could lose an answer that it acknowledged, since %s is %s: set it to on %s", e.name, e.setting, mend)
}

//galien:engine postgres
const durability = `SELECT name, setting FROM pg_settings
WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off' OR name = 'synchronous_commit' AND setting IN ('off', 'local') ORDER BY name`

// refuseForgetful examines each new connection: an account, a database, an address or, after a failover, another server
// may set what the first connection did not have (Record, Guarantees, G1).
func refuseForgetful(ctx context.Context, c *pgx.Conn) error {
	var e forgetfulError
	err := c.QueryRow(ctx, durability).Scan(&e.name, &e.setting)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err == nil:
		err = &e
	}
	return errors.Join(err, c.Close(context.WithoutCancel(ctx)))
}
