package psy

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// row is an answer in a long file.
type row struct {
	person, item, group string
	score               int
}

// rowReader reads long files of answers, as CSV, one row at a time: person, item, score. When the first line holds
// these names they say the order of the columns; a column "group" is then read too, and the others are left out. Files
// may be compressed by gzip. An empty score, or NA, is an item that was not given: the row is left out.
type rowReader struct {
	in        *bufio.Reader
	quoted    *csv.Reader // reads the rest of the file, once there is a quote
	separator byte
	line      int
	cells     [][]byte

	started                    bool
	person, item, score, group int // columns; group is -1 without one
	width                      int // columns of each row
	lastPerson, lastGroup      string
	items                      map[string]string
}

// maxLine bounds a line, and so a name.
const maxLine = 1 << 16

func newRowReader(in io.Reader) (*rowReader, error) {
	buffered := bufio.NewReaderSize(in, maxLine)
	if magic, _ := buffered.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fieldError("responses", "gzip: %v", err)
		}
		buffered = bufio.NewReaderSize(unzipped, maxLine)
	}
	if mark, _ := buffered.Peek(3); string(mark) == "\ufeff" {
		_, _ = buffered.Discard(len(mark)) // these bytes are in the buffer
	}
	return &rowReader{in: buffered, separator: ',', item: 1, score: 2, group: -1, width: 3, items: map[string]string{}}, nil
}

// next returns the next row, or io.EOF.
func (r *rowReader) next() (row, error) {
	for {
		if err := r.split(); err != nil {
			return row{}, err
		}
		if !r.started {
			r.started = true
			if r.header() {
				continue
			}
		}
		if len(r.cells) != r.width {
			return row{}, r.fail("", "%d columns where %d are expected", len(r.cells), r.width)
		}
		if text := r.cells[r.score]; len(text) > 0 && string(text) != "NA" {
			return r.row(text)
		}
	}
}

func (r *rowReader) row(text []byte) (row, error) {
	score, ok := whole(text)
	switch {
	case !ok:
		return row{}, r.fail("score", "%.40q is not a whole number", text)
	case len(r.cells[r.person]) == 0:
		return row{}, r.fail("person", "missing")
	case len(r.cells[r.item]) == 0:
		return row{}, r.fail("item", "missing")
	}
	if string(r.cells[r.person]) != r.lastPerson {
		r.lastPerson = string(r.cells[r.person])
	}
	item, known := r.items[string(r.cells[r.item])]
	if !known {
		item = string(r.cells[r.item])
		r.items[item] = item
	}
	if r.group >= 0 && string(r.cells[r.group]) != r.lastGroup {
		r.lastGroup = string(r.cells[r.group])
	}
	return row{person: r.lastPerson, item: item, group: r.lastGroup, score: score}, nil
}

// whole reads a whole number, which may be written 1.0.
func whole(text []byte) (int, bool) {
	if len(text) == 1 && text[0]-'0' <= 9 {
		return int(text[0] - '0'), true
	}
	v, err := strconv.ParseFloat(string(text), 64)
	n := int(v)
	return n, err == nil && v == float64(n)
}

// header reads the first line, and tells whether it names the columns.
func (r *rowReader) header() bool {
	columns := map[string]int{}
	for i, cell := range r.cells {
		columns[strings.ToLower(strings.TrimSpace(string(cell)))] = i
	}
	for _, name := range []string{"person", "item", "score"} {
		if _, named := columns[name]; !named {
			return false
		}
	}
	r.person, r.item, r.score, r.width = columns["person"], columns["item"], columns["score"], len(r.cells)
	if at, named := columns["group"]; named {
		r.group = at
	}
	return true
}

// split reads the cells of the next line that is not empty.
func (r *rowReader) split() error {
	for r.quoted == nil {
		line, err := r.in.ReadSlice('\n')
		if len(line) == 0 || err != nil && err != io.EOF {
			return r.ended(err)
		}
		r.line++
		if bytes.IndexByte(line, '"') >= 0 {
			r.startQuoted(line)
			break
		}
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
			continue
		}
		r.chooseSeparator(line)
		r.cells = r.cells[:0]
		for {
			at := bytes.IndexByte(line, r.separator)
			if at < 0 {
				r.cells = append(r.cells, trim(line))
				return nil
			}
			r.cells = append(r.cells, trim(line[:at]))
			line = line[at+1:]
		}
	}
	return r.splitQuoted()
}

// trim takes away spaces around a cell.
func trim(cell []byte) []byte {
	if n := len(cell); n > 0 && (cell[0] <= ' ' || cell[n-1] <= ' ') {
		return bytes.TrimSpace(cell)
	}
	return cell
}

func (r *rowReader) ended(err error) error {
	switch {
	case err == io.EOF || err == nil:
		return io.EOF
	case errors.Is(err, bufio.ErrBufferFull):
		r.line++
		return r.fail("", "longer than %d bytes", maxLine)
	}
	r.line++
	return r.fail("", "%v", err)
}

// chooseSeparator looks at the first line: semicolons or tabs when it has no comma.
func (r *rowReader) chooseSeparator(line []byte) {
	if r.started || bytes.IndexByte(line, ',') >= 0 {
		return
	}
	for _, separator := range []byte{';', '\t'} {
		if bytes.IndexByte(line, separator) >= 0 {
			r.separator = separator
			return
		}
	}
}

// startQuoted hands the rest of the file to encoding/csv, which knows quotes and is slower.
func (r *rowReader) startQuoted(line []byte) {
	r.chooseSeparator(line)
	r.quoted = csv.NewReader(io.MultiReader(bytes.NewReader(slices.Clone(line)), r.in))
	r.quoted.Comma, r.quoted.FieldsPerRecord, r.quoted.ReuseRecord = rune(r.separator), -1, true
	r.line--
}

func (r *rowReader) splitQuoted() error {
	record, err := r.quoted.Read()
	if err == io.EOF {
		return err
	}
	r.line++
	if err != nil {
		return r.fail("", "%v", errors.Unwrap(err))
	}
	r.cells = r.cells[:0]
	for _, cell := range record {
		r.cells = append(r.cells, []byte(cell))
	}
	return nil
}

// fail names the line, and the column when there is one.
func (r *rowReader) fail(column, format string, args ...any) error {
	path := fmt.Sprintf("responses: line %d", r.line)
	if column != "" {
		path += ": " + column
	}
	return fieldError(path, format, args...)
}
