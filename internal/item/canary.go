package item

import (
	"bytes"
	"encoding/json"
	"html"
	"strings"
)

// The reasons and the explanation are searched whole or by sentence; a sentence shorter than this many letters may stand
// in a stem by chance.
const minCanary = 25

// canary makes sure that what a candidate receives holds nothing that belongs to the key (guarantee G6): no reason, no
// sentence of the explanation, no source, and no name of a field that would carry one.
func (c *itemCheck) canary() {
	for seed := range uint64(3) {
		seen, fields, err := marshalled(c.it.View(seed, func(image Image) string { return "/" + image.SHA256 }))
		if err != nil {
			c.addf(SeverityError, c.it.lines.head, FindCanary, "the view cannot be written: %v", err)
			return
		}
		for _, secret := range c.it.secrets() {
			if strings.Contains(seen, fold(secret)) {
				c.addf(SeverityError, c.it.lines.stem, FindCanary, "the candidate can read «%s»", secret)
				return
			}
		}
		for _, field := range []string{`"key"`, `"why"`, `"accept"`, `"category"`, `"sources"`, `"explanation`, `"level"`} {
			if strings.Contains(fields, field) {
				c.addf(SeverityError, c.it.lines.head, FindCanary, "the candidate's view has the field %s", field)
				return
			}
		}
	}
}

// marshalled returns what is sent for a view: folded as answers are, and as it is.
func marshalled(v View) (folded, text string, err error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", "", err
	}
	return fold(html.UnescapeString(b.String())), b.String(), nil
}

// secrets lists the texts that a candidate must not read.
func (it *Item) secrets() []string {
	var list []string
	add := func(texts ...string) {
		for _, text := range texts {
			if len(fold(text)) >= minCanary {
				list = append(list, text)
			}
		}
	}
	s := &it.doc.Source
	for _, o := range s.Options {
		add(o.Why)
	}
	for _, r := range s.Rows {
		add(r.Why)
	}
	for _, src := range s.Sources {
		add(src.Title)
	}
	add(sentences(inspect(it.doc.Explanation).words)...)
	return list
}
