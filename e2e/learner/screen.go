package learner

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// Screen is what a page lets a learner answer.
type Screen struct {
	Over bool // no question is left
	Seq  int  // number under which the answer counts
	Item string

	world    bool     // a scenario, answered by acts
	acts     []string // values of the buttons of the scenario
	choices  []string // values of radio buttons or boxes
	multiple bool
	text     bool
	steps    []string
	rows     []row
}

type row struct {
	id      string // the field is ligne.ID
	options []string
}

// Names of the fields, as the pages write them.
const (
	fieldSeq    = "seq"
	fieldItem   = "item"
	fieldChoice = "choix"
	fieldText   = "texte"
	fieldStep   = "etape"
	fieldRow    = "ligne."
	fieldSkip   = "sais-pas"
	fieldDo     = "do"
	doorAnswer  = "/reponse"
	doorAct     = "/acte"
)

// parse reads the forms of a page that send answers or acts.
func parse(page []byte) (Screen, error) {
	var sc Screen
	start := bytes.Index(page, []byte("<main"))
	if start < 0 {
		return sc, errors.New("the page has no main part")
	}
	tokens := html.NewTokenizer(bytes.NewReader(page[start:]))
	inside := false
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return sc, sc.check()
		case html.StartTagToken, html.SelfClosingTagToken:
			tag, attributes := element(tokens)
			if tag == "form" {
				inside = sc.form(attributes["action"])
			} else if inside {
				if err := sc.field(tag, attributes); err != nil {
					return sc, err
				}
			}
		case html.EndTagToken:
			switch name, _ := tokens.TagName(); string(name) {
			case "form":
				inside = false
			case "main":
				return sc, sc.check()
			}
		}
	}
}

// element reads the tag under the tokenizer; the attributes of those that are no part of a form are left out.
func element(tokens *html.Tokenizer) (tag string, attributes map[string]string) {
	name, more := tokens.TagName()
	switch string(name) {
	case "form", "input", "select", "option", "button":
	default:
		return "", nil
	}
	tag, attributes = string(name), map[string]string{}
	for more {
		var key, value []byte
		key, value, more = tokens.TagAttr()
		attributes[string(key)] = string(value)
	}
	return tag, attributes
}

// form reports whether a form sends answers or acts.
func (sc *Screen) form(action string) bool {
	act := strings.HasSuffix(action, doorAct)
	sc.world = sc.world || act
	return act || strings.HasSuffix(action, doorAnswer)
}

func (sc *Screen) field(tag string, a map[string]string) (err error) {
	name, value := a["name"], a["value"]
	switch {
	case tag == "input" && name == fieldSeq:
		sc.Seq, err = strconv.Atoi(value)
	case tag == "input" && name == fieldItem:
		sc.Item = value
	case tag == "input" && name == fieldChoice:
		sc.choices = append(sc.choices, value)
		sc.multiple = a["type"] == "checkbox"
	case tag == "input" && name == fieldText:
		sc.text = true
	case tag == "input" && name == fieldStep:
		sc.steps = append(sc.steps, value)
	case tag == "select" && strings.HasPrefix(name, fieldRow):
		sc.rows = append(sc.rows, row{id: strings.TrimPrefix(name, fieldRow)})
	case tag == "option" && len(sc.rows) > 0 && value != "":
		last := &sc.rows[len(sc.rows)-1]
		last.options = append(last.options, value)
	case tag == "button" && name == fieldDo:
		sc.acts = append(sc.acts, value)
	}
	return err
}

// check refuses a page on which nothing can be answered.
func (sc *Screen) check() error {
	if sc.Seq < 1 || !sc.world && sc.Item == "" {
		return errors.New("the page has no form that answers")
	}
	return nil
}
