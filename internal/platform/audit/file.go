package audit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"galien/internal/platform/keyring"
)

const (
	maxLine  = 8 << 10  // bounds a line of the file: a note has about 250 bytes
	tailSize = 64 << 10 // what is read at first of the file's end, about 300 lines
)

// checkpointFile is the copy of the signed checkpoints outside the database, one note a line as a JSON string, only
// ever appended to. The same note may be there twice, when a process stopped between the database and the file. A line
// cut short by a crash is followed by the same line whole.
type checkpointFile struct {
	path     string
	verifier note.Verifier
	offset   int64      // how far it was read
	torn     bool       // it ends within a line
	head     checkpoint // the largest of what was read
}

func newCheckpointFile(dir string, verifier note.Verifier) checkpointFile {
	return checkpointFile{path: filepath.Join(dir, "checkpoints.log"), verifier: verifier}
}

// refresh reads what was appended since the last time, by this process or another.
func (f *checkpointFile) refresh() error {
	size, err := f.size()
	if err != nil {
		return err
	}
	if size < f.offset {
		return fmt.Errorf("%w: the file %s was shortened", ErrDamaged, f.path)
	}
	if size == f.offset {
		return nil
	}
	if f.offset == 0 {
		return f.start(size)
	}
	return f.lines(f.offset, size, func(line string, whole bool) {
		f.pass(line, whole)
		if c, err := f.parse(line); err == nil && c.tree.N > f.head.tree.N {
			f.head = c
		}
	})
}

// pass notes that a line was read.
func (f *checkpointFile) pass(line string, whole bool) {
	f.torn = !whole
	if whole {
		f.offset += int64(len(line)) + 1
	}
}

// start reads the file's end only, back to the last checkpoint of this installation: verifying the signatures of a year
// takes an hour, and is Verify's. Where two processes wrote at once the last one may not be the largest: the few after it
// are then written again, which does no harm.
func (f *checkpointFile) start(size int64) error {
	for window := int64(tailSize); ; window *= 2 {
		from := max(0, size-window)
		f.offset = from
		var tail []string
		err := f.lines(from, size, func(line string, whole bool) {
			f.pass(line, whole)
			tail = append(tail, line)
		})
		if err != nil {
			f.offset = 0
			return err
		}
		for _, line := range slices.Backward(tail) {
			if c, err := f.parse(line); err == nil {
				f.head = c
				return nil
			}
		}
		if from == 0 {
			return nil
		}
	}
}

// size is the file's length in bytes, 0 when it does not exist.
func (f *checkpointFile) size() (int64, error) {
	info, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// lines calls visit with each line between two offsets; whole is false for a last line without its end.
func (f *checkpointFile) lines(from, to int64, visit func(line string, whole bool)) error {
	file, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer file.Close()
	r := bufio.NewReaderSize(io.NewSectionReader(file, from, to-from), maxLine)
	for {
		line, err := r.ReadSlice('\n')
		switch {
		case err == nil:
			visit(string(line[:len(line)-1]), true)
		case errors.Is(err, io.EOF):
			if len(line) > 0 {
				visit(string(line), false)
			}
			return nil
		default: // a line too long to be a note, or an I/O error
			return fmt.Errorf("the file %s cannot be read: %w", f.path, err)
		}
	}
}

func (f *checkpointFile) parse(line string) (checkpoint, error) {
	var signed string
	if err := json.Unmarshal([]byte(line), &signed); err != nil {
		return checkpoint{}, errors.New("is not written as one")
	}
	if text, err := encode(signed); err != nil || string(text) != line {
		return checkpoint{}, errors.New("is not written as this program writes it")
	}
	return openCheckpoint(signed, f.verifier)
}

// append adds checkpoints and returns when they are on the disk.
func (f *checkpointFile) append(checkpoints []checkpoint) error {
	var text []byte
	if f.torn {
		text = append(text, '\n')
	}
	for _, c := range checkpoints {
		line, err := encode(c.signed)
		if err != nil {
			return err
		}
		text = append(append(text, line...), '\n')
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("the checkpoint is in the database but not in %s: %w", f.path, err)
	}
	if f.offset == 0 {
		if err := keyring.SyncFolder(filepath.Dir(f.path)); err != nil {
			return err
		}
	}
	return f.refresh()
}
