package audit

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"galien/internal/platform/db"
)

// Report is what Verify found. The log is sound when Findings is empty.
type Report struct {
	// Events counts the recorded events, Leaves the sealed ones among them, Checkpoints the signed heads, and Erased
	// the events whose key was destroyed: their place and order are verified, their content no longer can be.
	Events, Leaves, Checkpoints, Erased int
	// Findings are in the order in which they were met. Beyond the limit they are only counted, in More.
	Findings []Finding
	More     int
}

// Finding is one thing wrong.
type Finding struct {
	// Table holds the row at fault; the file of checkpoints is named checkpoints.log.
	Table string
	// Key is the row's position, size or id, or a range of positions as 12-15.
	Key string
	// Problem says what is wrong, in English, without personal data.
	Problem string
}

// String gives «table key: problem».
func (f Finding) String() string { return f.Table + " " + f.Key + ": " + f.Problem }

// Check verifies something else that rests on the keys, in the same snapshot.
type Check func(ctx context.Context, tx *db.Tx) ([]Finding, error)

// Options bound a verification.
type Options struct {
	// Limit is the number of findings kept, 10,000 when 0: memory stays bounded however much is damaged.
	Limit int
}

const (
	defaultLimit = 10_000
	pageSize     = 1000
)

// grace is how long an event may wait to be sealed, and a checkpoint to be in the file.
const grace = time.Minute

// Verify reads the whole log on one snapshot, in constant memory, and recomputes everything: each commitment, the place
// of each event, each stored hash, each signature and signed root, the erasure of each destroyed key, and the file of
// checkpoints, which must be the one of the database. Sealing may go on meanwhile. The extra checks run on the same snapshot. The error is one of reading;
// what is wrong with the log is in the report.
//
// What cannot be seen: an event deleted before it was sealed, the details of an event whose key was destroyed, and a
// tail cut from the database and the file alike.
func (l *Log) Verify(ctx context.Context, opts Options, extra ...Check) (Report, error) {
	if opts.Limit == 0 {
		opts.Limit = defaultLimit
	}
	// The file first: each checkpoint in it was committed before it was written there, so the snapshot taken after must
	// hold it.
	end, err := l.file.size()
	if err != nil {
		return Report{}, err
	}
	var report Report
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		v := l.verifier(tx.Unscoped("verification reads everybody's events"), opts)
		if err := v.all(ctx, end, extra); err != nil {
			return err
		}
		report = v.report
		return nil
	})
	return report, err
}

// verifier is one verification under way.
type verifier struct {
	log    *Log
	tx     *db.Tx
	limit  int
	report Report
	seen   map[Finding]bool
	gaps   map[string]gap
	places places
	young  int64      // what is later than this may still wait
	head   checkpoint // the largest with our signature, in the database or the file
}

func (l *Log) verifier(tx *db.Tx, opts Options) *verifier {
	return &verifier{
		log: l, tx: tx, limit: opts.Limit, seen: map[Finding]bool{}, gaps: map[string]gap{},
		young: l.clock.Now().Add(-grace).UnixMicro(),
	}
}

func (v *verifier) all(ctx context.Context, fileEnd int64, extra []Check) error {
	if err := v.checkpoints(ctx, fileEnd); err != nil {
		return err
	}
	if err := v.leaves(ctx); err != nil {
		return err
	}
	if err := v.unsealed(ctx); err != nil {
		return err
	}
	v.places.explainAll(v)
	if err := v.queue(ctx); err != nil {
		return err
	}
	if err := v.destroyed(ctx); err != nil {
		return err
	}
	for _, check := range extra {
		findings, err := check(ctx, v.tx)
		if err != nil {
			return err
		}
		for _, f := range findings {
			v.add(f)
		}
	}
	return nil
}

func (v *verifier) find(table string, key any, problem string, args ...any) {
	v.add(Finding{Table: table, Key: fmt.Sprint(key), Problem: fmt.Sprintf(problem, args...)})
}

func (v *verifier) add(f Finding) {
	switch {
	case v.seen[f]:
	case len(v.report.Findings) == v.limit:
		v.report.More++
	default:
		v.seen[f] = true
		v.report.Findings = append(v.report.Findings, f)
	}
}

// gap is a run of missing positions, told as one finding.
type gap struct{ from, to int64 }

func (v *verifier) missing(table string, position int64) {
	g, open := v.gaps[table]
	if open && g.to+1 == position {
		v.gaps[table] = gap{g.from, position}
		return
	}
	v.endGap(table)
	v.gaps[table] = gap{position, position}
}

func (v *verifier) endGap(table string) {
	g, open := v.gaps[table]
	if !open {
		return
	}
	key := strconv.FormatInt(g.from, 10)
	if g.to > g.from {
		key += "-" + strconv.FormatInt(g.to, 10)
	}
	v.find(table, key, "missing: deleted, or given another position")
	delete(v.gaps, table)
}
