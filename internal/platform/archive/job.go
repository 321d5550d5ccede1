package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"

	"galien/internal/platform/db"
)

// jobsTable is the queue's. Each engine has its own types there, so that its statements are written by hand.
const jobsTable = "river_job"

// What waits or runs at the instant of the snapshot; a job that ran is idempotent and runs again. The attempts already
// made are forgotten: another machine may succeed at once.
//
//galien:engine sqlite
const sqliteJobs = `SELECT kind, CAST(args AS TEXT) AS args, queue, priority, max_attempts,
  CAST(ROUND(unixepoch(scheduled_at, 'subsec') * 1000) AS INTEGER) AS scheduled_ms
FROM river_job WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled') ORDER BY id`

//galien:engine postgres
const postgresJobs = `SELECT kind, CAST(args AS TEXT) AS args, queue, CAST(priority AS BIGINT) AS priority,
  CAST(max_attempts AS BIGINT) AS max_attempts, CAST(ROUND(EXTRACT(EPOCH FROM scheduled_at) * 1000) AS BIGINT) AS scheduled_ms
FROM river_job WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled') ORDER BY id`

// They become available again: what was to come later is scheduled at its time, which the queue looks at.
//
//galien:engine sqlite
const sqliteAddJob = `INSERT INTO river_job (kind, args, queue, priority, max_attempts, scheduled_at, state)
VALUES ($1, CAST($2 AS BLOB), $3, $4, $5, $6, 'available')`

//galien:engine postgres
const postgresAddJob = `INSERT INTO river_job (kind, args, queue, priority, max_attempts, scheduled_at, state)
VALUES ($1, CAST(CAST($2 AS TEXT) AS JSONB), $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT), to_timestamp(CAST($6 AS BIGINT) / 1000.0), 'available')`

// jobs is the queue as a table of the archive, one row an insertion.
func jobs(engine db.Engine) *table {
	t := &table{name: jobsTable, engine: engine, prepare: canonicalArgs, columns: []column{
		{"kind", texts, 0}, {"args", texts, 0}, {"queue", texts, 0}, {"priority", integers, 0}, {"max_attempts", integers, 0}, {"scheduled_ms", integers, 0},
	}}
	add := sqliteAddJob
	t.sel = sqliteJobs
	t.bind = sqliteTime
	if engine == db.PostgreSQL {
		t.sel, add, t.bind = postgresJobs, postgresAddJob, nil
	}
	t.insert = func(int) string { return add }
	return t
}

// sqliteTime writes the time of a job as the queue compares it, which is by its text.
func sqliteTime(row []any) {
	if ms, ok := row[5].(int64); ok {
		row[5] = time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05.999")
	}
}

// canonicalArgs gives the arguments, which each engine keeps in a form of its own, one text.
func canonicalArgs(row []any) error {
	text, ok := row[1].(string)
	if !ok {
		return errors.New("the arguments of a waiting job cannot be read: run `galien doctor`")
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var args any
	if err := d.Decode(&args); err != nil {
		return err
	}
	canonical, err := json.Marshal(args)
	row[1] = string(canonical)
	return err
}
