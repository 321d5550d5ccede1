package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"galien/internal/platform/audit"
	"galien/internal/platform/db"
)

// Record adds what the operator does to a ledger, in the name of the system, and seals it: no record, no reading of
// everybody's rows. A ledger that was altered is sealed no more, and still backed up.
func Record(ctx context.Context, d *db.DB, log *audit.Log, action, object string) error {
	err := d.Write(ctx, func(tx *db.Tx) error {
		return log.Record(ctx, tx, audit.Event{Action: action, Object: object})
	})
	if err == nil {
		_, err = log.Seal(ctx)
	}
	if err != nil && !errors.Is(err, audit.ErrDamaged) {
		return fmt.Errorf("the ledger cannot record it, nothing was done: %w", err)
	}
	return nil
}

// checkpoints is the ledger's file up to the end of its last whole line. Each of its lines was committed before it was
// written there, so that a snapshot taken after holds them all, and what is appended meanwhile is left out.
type checkpoints struct {
	io.Reader
	size int64
	file *os.File // nil when nothing was sealed yet
}

// checkpoints opens the ledger's file.
func (i Installation) checkpoints() (checkpoints, error) {
	f, err := os.Open(i.ledger())
	if errors.Is(err, fs.ErrNotExist) {
		return checkpoints{Reader: bytes.NewReader(nil)}, nil
	}
	if err != nil {
		return checkpoints{}, fmt.Errorf("the ledger's file %s cannot be read: %w", i.ledger(), reason(err))
	}
	size, err := wholeLines(f)
	if err != nil {
		return checkpoints{}, errors.Join(err, f.Close())
	}
	return checkpoints{io.NewSectionReader(f, 0, size), size, f}, nil
}

func (c checkpoints) close() error {
	if c.file == nil {
		return nil
	}
	return c.file.Close()
}

// wholeLines is the offset behind the last end of a line.
func wholeLines(f *os.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	block := make([]byte, 8<<10)
	for end := info.Size(); end > 0; {
		b := block[:min(end, int64(len(block)))]
		end -= int64(len(b))
		if _, err := f.ReadAt(b, end); err != nil {
			return 0, err
		}
		if at := bytes.LastIndexByte(b, '\n'); at >= 0 {
			return end + int64(at) + 1, nil
		}
	}
	return 0, nil
}
