package archive

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"path"
	"slices"
	"strings"
)

// maxLine bounds a row: the largest is an item's document with its images.
const maxLine = 32 << 20

// sink takes what an archive holds, in its order. What it leaves of a file is read on.
type sink interface {
	file(name string, body io.Reader) error
	line(ctx context.Context, table string, line []byte) error
}

// nowhere is the sink of a check.
type nowhere struct{}

func (nowhere) file(string, io.Reader) error                     { return nil }
func (nowhere) line(_ context.Context, _ string, _ []byte) error { return nil }

// walk is one reading of an archive from its header to its end.
type walk struct {
	r      *reader
	to     sink
	have   Manifest
	digest hash.Hash // of the table being read
	part   int       // its last part
}

// walkAll hands everything to the sink, and compares what was read with the manifest at the end.
func walkAll(ctx context.Context, r *reader, to sink) (Manifest, error) {
	w := &walk{r: r, to: to}
	for {
		name, body, err := r.next()
		switch {
		case errors.Is(err, io.EOF):
			return Manifest{}, ErrAltered // no manifest
		case err != nil:
			return Manifest{}, err
		case name == manifestName:
			return w.end(body)
		case strings.HasPrefix(name, "tables/"):
			err = w.table(ctx, name, body)
		default:
			err = w.file(name, body)
		}
		if err != nil {
			return Manifest{}, err
		}
	}
}

func (w *walk) file(name string, body io.Reader) error {
	if len(w.have.Tables) > 0 {
		return ErrAltered
	}
	read := meter{Hash: sha256.New()}
	body = io.TeeReader(body, &read)
	if err := w.to.file(name, body); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, body); err != nil {
		return err
	}
	w.have.Files = append(w.have.Files, FileSum{name, read.bytes, hex.EncodeToString(read.Sum(nil))})
	return nil
}

// meter measures what is written to it.
type meter struct {
	hash.Hash
	bytes int64
}

// Write never fails.
func (m *meter) Write(b []byte) (int, error) {
	m.bytes += int64(len(b))
	return m.Hash.Write(b)
}

// table reads a part of a table. The parts of a table follow one another.
func (w *walk) table(ctx context.Context, name string, body io.Reader) error {
	table := path.Base(path.Dir(name))
	if n := len(w.have.Tables); n == 0 || w.have.Tables[n-1].Table != table {
		w.endTable()
		w.have.Tables = append(w.have.Tables, Sum{Table: table})
		w.digest, w.part = sha256.New(), 0
	}
	if w.part++; path.Base(name) != fmt.Sprintf("%06d.ndjson", w.part) {
		return fmt.Errorf("%w (%s comes out of order)", ErrAltered, name)
	}
	sum := &w.have.Tables[len(w.have.Tables)-1]
	lines := bufio.NewScanner(body)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	for lines.Scan() {
		w.digest.Write(lines.Bytes())
		w.digest.Write([]byte("\n"))
		sum.Rows++
		if err := w.to.line(ctx, table, lines.Bytes()); err != nil {
			return err
		}
	}
	if lines.Err() != nil {
		return ErrAltered
	}
	return nil
}

func (w *walk) endTable() {
	if n := len(w.have.Tables); n > 0 {
		w.have.Tables[n-1].SHA256 = hex.EncodeToString(w.digest.Sum(nil))
	}
}

// end compares with the manifest. A table without rows has no part: it is in the manifest only.
func (w *walk) end(body io.Reader) (Manifest, error) {
	w.endTable()
	var m Manifest
	if err := decodeStrict(body, &m); err != nil {
		return m, err
	}
	if _, _, err := w.r.next(); !errors.Is(err, io.EOF) {
		return m, ErrAltered
	}
	filled := slices.DeleteFunc(slices.Clone(m.Tables), func(s Sum) bool { return s.Rows == 0 })
	if names := differences(filled, w.have.Tables); names != "" {
		return m, fmt.Errorf("%w (its table %s is not as its manifest says)", ErrAltered, names)
	}
	if !slices.Equal(m.Files, w.have.Files) {
		return m, fmt.Errorf("%w (its keys or its ledger are not as its manifest says)", ErrAltered)
	}
	return m, nil
}
