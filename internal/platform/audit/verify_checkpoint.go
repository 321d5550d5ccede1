package audit

import (
	"context"
	"errors"
	"strings"

	"galien/internal/platform/db"
)

type checkpointRow struct{ Size, At, Note any }

const checkpointPage = "SELECT size, at, note FROM audit_checkpoint WHERE size > $1 ORDER BY size LIMIT $2"

const fileName = "checkpoints.log"

// open reads a row's note. The error completes «the checkpoint …».
func (v *verifier) open(row *checkpointRow) (checkpoint, error) {
	signed, ok := row.Note.(string)
	if !ok {
		return checkpoint{}, errors.New("holds no note")
	}
	return openCheckpoint(signed, v.log.ring.Verifier())
}

// ledger compares the checkpoints of the database with those of the file, both in the order of their sizes.
type ledger struct {
	v      *verifier
	rows   *pager[checkpointRow]
	noFile bool
	last   int64  // size under the database's checkpoint before
	kept   int64  // largest size met in the file
	torn   string // a line that is no checkpoint, until the next one says whether a crash cut it
}

// checkpoints checks the checkpoints of the database and of the file up to end.
func (v *verifier) checkpoints(ctx context.Context, end int64) error {
	l := &ledger{v: v, noFile: end == 0, rows: newPager(v, "audit_checkpoint", checkpointPage, func(r *checkpointRow) any { return r.Size })}
	if end > 0 {
		var failed error
		err := v.log.file.lines(0, end, func(line string, whole bool) {
			if failed == nil && whole { // a last line without its end is being written, or will be written again
				failed = l.line(ctx, line)
			}
		})
		if failed != nil {
			return failed
		}
		if err != nil {
			v.find(fileName, "", "%v", err)
		}
	}
	l.endTorn("")
	return l.rest(ctx)
}

// line checks one line of the file.
func (l *ledger) line(ctx context.Context, line string) error {
	c, err := l.v.log.file.parse(line)
	if err != nil {
		l.endTorn(line)
		l.torn = line
		return nil
	}
	l.endTorn(line)
	if c.tree.N > l.v.head.tree.N {
		l.v.head = c
	}
	if c.tree.N <= l.kept {
		return l.repeated(ctx, c)
	}
	l.kept = c.tree.N
	for {
		row, size, err := l.rows.peek(ctx)
		if err != nil {
			return err
		}
		if row == nil || size > c.tree.N {
			l.v.find("audit_checkpoint", c.tree.N, "missing: the file holds it; the log was shortened, or this row deleted")
			return nil
		}
		l.rows.skip()
		if size == c.tree.N {
			if l.row(row, size) && row.Note != c.signed {
				l.v.find("audit_checkpoint", size, "another than in the file, though signed: the log was cut and continued")
			}
			return nil
		}
		l.notKept(l.row(row, size), row, size)
	}
}

// endTorn reports the line before unless the next one begins with it.
func (l *ledger) endTorn(next string) {
	if l.torn != "" && !strings.HasPrefix(next, l.torn) {
		l.v.find(fileName, l.kept, "the line after the checkpoint of this size is no checkpoint of this installation: the file was altered")
	}
	l.torn = ""
}

const selectCheckpoint = "SELECT note FROM audit_checkpoint WHERE size = $1"

// repeated checks a line that is not larger than one before: only the same note again is harmless.
func (l *ledger) repeated(ctx context.Context, c checkpoint) error {
	signed, found, err := db.Maybe[string](ctx, l.v.tx, selectCheckpoint, c.tree.N)
	if err != nil {
		return err
	}
	if !found || signed != c.signed {
		l.v.find("audit_checkpoint", c.tree.N, "missing or another than in the file: the log was cut and continued")
	}
	return nil
}

// row checks a checkpoint of the database by itself and reports whether it is one.
func (l *ledger) row(row *checkpointRow, size int64) bool {
	l.v.report.Checkpoints++
	if size <= l.last {
		l.v.find("audit_checkpoint", size, "inserted: it is there twice, or behind a larger one")
	}
	c, err := l.v.open(row)
	if err != nil {
		l.v.find("audit_checkpoint", size, "%v", err)
		l.last = size
		return false
	}
	if c.tree.N > l.v.head.tree.N {
		l.v.head = c
	}
	if c.tree.N != size {
		l.v.find("audit_checkpoint", size, "altered: the note is signed for size %d", c.tree.N)
		l.last = size
		return false
	}
	if row.At != c.at {
		l.v.find("audit_checkpoint", size, "altered: the note was signed at %s", c.time().Format("2006-01-02 15:04:05.000000"))
	}
	if c.previous > l.last {
		l.v.find("audit_checkpoint", c.previous, "missing: the next one, of size %d, follows it", size)
	}
	l.last = size
	return true
}

// notKept reports a checkpoint that the file lacks, unless it was signed a moment ago.
func (l *ledger) notKept(genuine bool, row *checkpointRow, size int64) {
	at, _ := row.At.(int64)
	switch {
	case !genuine || at >= l.v.young:
	case l.noFile:
		l.v.find(fileName, "", "missing: the file of checkpoints was removed, or never came with this database")
	default:
		l.v.find(fileName, size, "the file lacks the checkpoint of this size: it was altered, or the disk refused it and the server was not started since")
	}
}

// rest checks the checkpoints beyond the file's end.
func (l *ledger) rest(ctx context.Context) error {
	for {
		row, size, err := l.rows.peek(ctx)
		if err != nil || row == nil {
			return err
		}
		l.rows.skip()
		l.notKept(l.row(row, size), row, size)
	}
}
