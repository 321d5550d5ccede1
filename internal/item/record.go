package item

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Record writes a reading at the end of the reviews of an item's file and returns the new text; nothing else of the file
// changes. A reading that is there already changes nothing. The error says why the file cannot be read, or that its
// reviews are not written as a list of one entry a line, as Record writes them.
func Record(file []byte, r Reading) ([]byte, error) {
	before, err := parseFile(r.Item, file)
	if err != nil {
		return nil, err
	}
	if before.doc.Source.ID != r.Item {
		return nil, fmt.Errorf("the file is that of the item %s, not %s", before.doc.Source.ID, r.Item)
	}
	for _, old := range before.doc.Source.Reviews {
		if old.Reader == r.Reader && old.On == r.On && old.Agrees == r.Agrees && slices.Equal(old.Answer, r.Answer) {
			return bytes.Clone(file), nil
		}
	}
	out, err := insertReading(string(file), r)
	if err != nil {
		return nil, err
	}
	return out, onlyReviewed(before, out, r)
}

// plainScalar is an identifier that YAML reads as a string without quotes; the words it reads otherwise apart.
var plainScalar = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// insertReading puts the entry after the last line of the block of reviews, or a new block at the end of the head.
func insertReading(file string, r Reading) ([]byte, error) {
	eol := "\n"
	if strings.Contains(file, "\r\n") {
		eol = "\r\n"
	}
	lines := strings.SplitAfter(file, "\n")
	end := 1 + slices.IndexFunc(lines[1:], func(l string) bool { return strings.TrimRight(l, "\r\n") == "---" })
	at := slices.IndexFunc(lines[:end], func(l string) bool { return strings.HasPrefix(l, "reviews:") })
	entry := entryOf(r, eol)
	if at < 0 {
		return []byte(strings.Join(slices.Insert(slices.Clone(lines), end, "reviews:"+eol+entry), "")), nil
	}
	if strings.TrimSpace(strings.TrimPrefix(lines[at], "reviews:")) != "" {
		return nil, errors.New("the reviews are written on one line: write «reviews:» and each reading below it")
	}
	last := at + 1
	for last < end && (strings.HasPrefix(lines[last], " ") || strings.HasPrefix(lines[last], "-")) {
		last++
	}
	if last > at+1 && !strings.HasPrefix(lines[at+1], "  - ") {
		return nil, errors.New("the reviews are indented otherwise than by two spaces")
	}
	return []byte(strings.Join(slices.Insert(slices.Clone(lines), last, entry), "")), nil
}

// entryOf writes the reading as docs/authoring.md shows it. Double-quoted YAML scalars take Go's escapes of printable text.
func entryOf(r Reading, eol string) string {
	quoted := make([]string, len(r.Answer))
	for i, a := range r.Answer {
		quoted[i] = a
		if !plainScalar.MatchString(a) || slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off"}, a) {
			quoted[i] = strconv.Quote(a)
		}
	}
	return strings.Join([]string{
		"  - reader: " + strconv.Quote(r.Reader), "    on: " + r.On, "    answer: [" + strings.Join(quoted, ", ") + "]",
		"    agrees: " + strconv.FormatBool(r.Agrees), "",
	}, eol)
}

// onlyReviewed reads the new text back: the item is the same, with one reading more.
func onlyReviewed(before *parsed, out []byte, r Reading) error {
	after, err := parseFile(r.Item, out)
	if err != nil {
		return err
	}
	want := before.doc
	r.Item = ""
	want.Source.Reviews = append(slices.Clone(want.Source.Reviews), r)
	if !reflect.DeepEqual(normalised(want), normalised(after.doc)) {
		return errors.New("writing the reading would change the item: write it by hand")
	}
	return nil
}

// normalised makes an empty answer and no answer equal.
func normalised(d document) document {
	d.Source.Reviews = slices.Clone(d.Source.Reviews)
	for i := range d.Source.Reviews {
		if len(d.Source.Reviews[i].Answer) == 0 {
			d.Source.Reviews[i].Answer = nil
		}
	}
	return d
}
