package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDepth is how deep a JSON document may nest.
const maxDepth = 32

// StrictJSON refuses what encoding/json lets through: a name given twice in one object, also under another case
// (`{"role":"user","ROLE":"admin"}`), nesting over 32 levels, bytes that are not UTF-8, NUL in a text (no database takes it),
// and anything after the document.
func StrictJSON(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("the document is not UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := strictValue(dec, 0); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text follows the document")
	}
	return nil
}

func strictValue(dec *json.Decoder, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	tok, err := dec.Token()
	if err != nil {
		return err
	}
	switch v := tok.(type) {
	case string:
		return strictText(v)
	case json.Delim:
		return strictMembers(dec, v, depth)
	}
	return nil
}

// strictMembers checks what an object or an array holds.
func strictMembers(dec *json.Decoder, open json.Delim, depth int) error {
	names := map[string]bool{}
	for dec.More() {
		if open == '{' {
			tok, err := dec.Token()
			if err != nil {
				return err
			}
			name, _ := tok.(string)
			if err := strictText(name); err != nil {
				return err
			}
			if names[folded(name)] {
				return fmt.Errorf("the name %q is given twice", name)
			}
			names[folded(name)] = true
		}
		if err := strictValue(dec, depth+1); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

func strictText(text string) error {
	if strings.ContainsRune(text, 0) {
		return errors.New("a text holds the character NUL")
	}
	return nil
}

// folded maps the names that encoding/json takes for one to one name: each rune to the smallest of its case variants, as
// K, k and the Kelvin sign.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		return least
	}, name)
}
