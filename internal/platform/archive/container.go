package archive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// ErrAltered says that a backup is not the file that was written.
var ErrAltered = errors.New("the backup is truncated or was altered: use another copy of it")

const (
	headerName   = "header.json"
	manifestName = "manifest.json"
	ledgerName   = "ledger/checkpoints.log"
	partSize     = 4 << 20   // bytes after which a table's part is closed
	maxEntry     = 256 << 20 // of any entry but the ledger's file, which is never held whole
	maxMemory    = 64 << 20  // of the decompressor's window
)

// entryName is every name that an archive may hold: nothing that could leave the folder it is written in.
var entryName = regexp.MustCompile(`^(header\.json|manifest\.json|ledger/checkpoints\.log|` +
	`keys/(master-[0-9]{4}\.key|throttle\.key|ledger\.key|ledger\.pub)|tables/[a-z][a-z0-9_]{0,62}/[0-9]{6}\.ndjson)$`)

// writer writes the entries of an archive.
type writer struct {
	tar      *tar.Writer
	closers  []io.Closer // in the order in which they end
	manifest Manifest
}

func newWriter(to io.Writer, recipients ...age.Recipient) (*writer, error) {
	encrypted, err := age.Encrypt(to, recipients...)
	if err != nil {
		return nil, err
	}
	compressed, err := zstd.NewWriter(encrypted, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	w := &writer{tar: tar.NewWriter(compressed)}
	w.closers = []io.Closer{w.tar, compressed, encrypted}
	return w, nil
}

// begin announces an entry of a size, whose bytes follow.
func (w *writer) begin(name string, size int64) error {
	return w.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600})
}

func (w *writer) entry(name string, data []byte) error {
	if err := w.begin(name, int64(len(data))); err != nil {
		return err
	}
	_, err := w.tar.Write(data)
	return err
}

// file adds a file of the data folder, of any size, and its sum.
func (w *writer) file(name string, size int64, from io.Reader) error {
	if err := w.begin(name, size); err != nil {
		return err
	}
	digest := sha256.New()
	n, err := io.Copy(io.MultiWriter(w.tar, digest), io.LimitReader(from, size))
	if err == nil && n < size {
		err = fmt.Errorf("the file %s was shortened while it was read: run `galien verify-log`", name)
	}
	w.manifest.Files = append(w.manifest.Files, FileSum{name, size, hex.EncodeToString(digest.Sum(nil))})
	return err
}

// parts adds a table in parts of about partSize. The function it returns takes the table's lines and, given nil, ends it.
func (w *writer) parts(table string) func(line []byte) error {
	var part bytes.Buffer
	n := 0
	return func(line []byte) error {
		part.Write(line)
		if part.Len() == 0 || line != nil && part.Len() < partSize {
			return nil
		}
		n++
		err := w.entry(fmt.Sprintf("tables/%s/%06d.ndjson", table, n), part.Bytes())
		part.Reset()
		return err
	}
}

// json adds a value.
func (w *writer) json(name string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return w.entry(name, append(text, '\n'))
}

// close adds the manifest and ends the archive.
func (w *writer) close() error {
	if err := w.json(manifestName, w.manifest); err != nil {
		return err
	}
	for _, c := range w.closers {
		if err := c.Close(); err != nil {
			return err
		}
	}
	return nil
}

// reader reads the entries of an archive, in the order in which they were written.
type reader struct {
	file   *os.File
	zstd   *zstd.Decoder
	tar    *tar.Reader
	seen   map[string]bool
	header Header
}

// openFile opens a backup and reads its header.
func openFile(path string, identities []age.Identity) (*reader, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no backup %s: check the name", path)
	}
	if err != nil {
		return nil, fmt.Errorf("the backup %s cannot be read: %w", path, reason(err))
	}
	r, err := newReader(f, path, identities)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return r, nil
}

func newReader(f *os.File, path string, identities []age.Identity) (*reader, error) {
	plain, err := age.Decrypt(bufio.NewReaderSize(f, 1<<20), identities...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return nil, fmt.Errorf("the backup %s does not open with this passphrase or key: give those it was written for", path)
	case err != nil:
		return nil, fmt.Errorf("%s is no backup of Galien, or its beginning was altered: use another copy of it", path)
	}
	z, err := zstd.NewReader(plain, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxMemory))
	if err != nil {
		return nil, err
	}
	r := &reader{file: f, zstd: z, tar: tar.NewReader(z), seen: map[string]bool{}}
	if err := r.readHeader(path); err != nil {
		z.Close()
		return nil, err
	}
	return r, nil
}

func (r *reader) readHeader(path string) error {
	name, body, err := r.next()
	if err != nil {
		return ErrAltered
	}
	data, err := io.ReadAll(body)
	if err != nil {
		return ErrAltered
	}
	if err := json.Unmarshal(data, &r.header); err != nil || name != headerName || r.header.Format != format {
		return fmt.Errorf("%s opens but is no backup that this program can read: use the version of Galien that wrote it", path)
	}
	return nil
}

// authentic says of what cannot be read to its end that it was altered, so that a failure to write is not taken for it.
type authentic struct{ io.Reader }

// Read is the reader's.
func (a authentic) Read(b []byte) (int, error) {
	n, err := a.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = ErrAltered
	}
	return n, err
}

// next goes to the next entry; io.EOF after the last one, once everything was authenticated.
func (r *reader) next() (string, io.Reader, error) {
	h, err := r.tar.Next()
	if errors.Is(err, io.EOF) {
		// What follows the archive's end is read too: the last block of the encryption must be there.
		if n, err := io.Copy(io.Discard, r.zstd); err != nil || n > 0 {
			return "", nil, ErrAltered
		}
		return "", nil, io.EOF
	}
	if err != nil {
		return "", nil, ErrAltered
	}
	large := h.Size > maxEntry && h.Name != ledgerName
	if h.Typeflag != tar.TypeReg || !entryName.MatchString(h.Name) || large || r.seen[h.Name] {
		return "", nil, fmt.Errorf("%w (an entry named %q has no place there)", ErrAltered, h.Name)
	}
	r.seen[h.Name] = true
	return h.Name, authentic{r.tar}, nil
}

func (r *reader) close() error {
	r.zstd.Close()
	return r.file.Close()
}

func decodeStrict(from io.Reader, value any) error {
	d := json.NewDecoder(io.LimitReader(from, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(value); err != nil {
		return ErrAltered
	}
	return nil
}
