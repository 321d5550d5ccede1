package ui

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// FieldProps is a labelled text input.
//
// Contract: a visible <label for>; hint and error are tied by aria-describedby, the error also by aria-invalid and
// a sign that is not only a colour; optional fields say so, compulsory ones are the default and carry required only
// for assistive technology (aria-required): the server gives the message; what was typed is never cleared except
// in password fields; autocomplete is stated where the person's own data is asked (WCAG 1.3.5).
type FieldProps struct {
	ID           string // defaults to Name
	Name         string
	Type         string // text (default), email, password, tel, url, number, date, time, search, file
	Label        string
	Hint         string
	Error        string
	Value        string
	Autocomplete string
	InputMode    string
	Optional     bool
	Rows         int // more than 0: a text area
	Chars        int // expected length, sets the width; 0 fills the line
	MaxLength    int // 0: no limit stated
	Attrs        templ.Attributes
}

// Option is one answer of a Choice, Select or MatchTable.
type Option struct {
	Value   string
	Label   string
	Hint    string
	Content templ.Component // replaces Label in a Choice when authored content is more than text
	Chosen  bool
}

// ChoiceProps is a question with radio buttons, or check boxes when Multiple.
//
// Contract: <fieldset> and <legend>, native inputs, the whole row is the label and at least 44 px high; hint and
// error are tied to the group; no answer is chosen in advance unless the person chose it.
type ChoiceProps struct {
	Name        string
	Legend      string
	Hint        string
	Error       string
	Multiple    bool
	Inline      bool   // side by side where there is room, for two or three short answers
	DescribedBy string // id of the text the question is about
	Options     []Option
}

// SelectProps is a labelled drop-down list, for more than seven short options.
//
// Contract: as FieldProps; a native <select>; changing it never submits.
type SelectProps struct {
	ID       string // defaults to Name
	Name     string
	Label    string
	Hint     string
	Error    string
	Prompt   string // first, empty option; "" leaves it out
	Optional bool
	Options  []Option
}

// FieldError is one field refused: ID is that of the input (for a Choice, its Name).
type FieldError struct{ ID, Message string }

// OrderProps is a list the person puts in order.
//
// Contract: an ordered list; each item has two submit buttons, «Monter» and «Descendre», whose names say the item;
// the order is sent as repeated hidden fields Name; the button pressed sends OrderMove = «up:ID» or «down:ID».
// The first cannot go up nor the last down: the button is absent. Each item says its position, which describes its
// buttons. Works without script. Once an item has moved the focus is on the button that moved it or, at an end of the list
// where that button is absent, on its other one; the item says its new position in a status.
type OrderProps struct {
	Name  string
	Label string
	Moved string // value of the button that was pressed to get this order, "" at first
	Items []OrderItem
}

// OrderItem is one thing to put in order.
type OrderItem struct{ ID, Label string }

// moveButton is a button of an item.
type moveButton struct {
	direction string
	item      OrderItem
	place     string // id of the item's position
	focused   bool   // its item has just been moved by it, or by the other one to an end of the list
	takes     bool   // the focus comes from the other button, which is gone
}

// button makes the button that moves item i in a direction, «up» or «down».
func (o OrderProps) button(i int, direction string) moveButton {
	pressed, id, _ := strings.Cut(o.Moved, ":")
	b := moveButton{direction: direction, item: o.Items[i], place: o.place(i)}
	if id != b.item.ID {
		return b
	}
	b.takes = pressed == "up" && direction == "down" && i == 0 || pressed == "down" && direction == "up" && i == len(o.Items)-1
	b.focused = pressed == direction || b.takes
	return b
}

// place is the id of the position of item i.
func (o OrderProps) place(i int) string { return o.Name + "-place-" + o.Items[i].ID }

// moved reports whether item i has just been moved.
func (o OrderProps) moved(i int) bool {
	_, id, _ := strings.Cut(o.Moved, ":")
	return o.Moved != "" && id == o.Items[i].ID
}

// OrderMove is the field of the button pressed in an OrderList.
const OrderMove = "move"

// Move returns ids after the button value («up:ID», «down:ID») was pressed; an unknown value changes nothing.
func Move(ids []string, value string) []string {
	moved := append([]string(nil), ids...)
	direction, id, _ := strings.Cut(value, ":")
	for i := range moved {
		if moved[i] != id {
			continue
		}
		switch {
		case direction == "up" && i > 0:
			moved[i-1], moved[i] = moved[i], moved[i-1]
		case direction == "down" && i < len(moved)-1:
			moved[i+1], moved[i] = moved[i], moved[i+1]
		}
		break
	}
	return moved
}

// MatchProps classifies rows: one select per row.
//
// Contract: a table with caption; the row header is the label of its select (aria-labelledby, after the column
// name); stacked at 320 px. Each select is named Name + "." + row ID; its id has a hyphen for the dot.
type MatchProps struct {
	Name      string
	Caption   string
	RowHead   string // name of the first column
	ValueHead string // name of the second column
	Prompt    string // empty option
	Rows      []MatchRow
	Options   []Option
}

// MatchRow is one thing to classify; Chosen is the value of an Option or "".
type MatchRow struct{ ID, Label, Chosen string }

func (f FieldProps) id() string  { return firstOf(f.ID, f.Name) }
func (s SelectProps) id() string { return firstOf(s.ID, s.Name) }

func (f FieldProps) kind() string { return firstOf(f.Type, "text") }

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// describedBy lists the ids of the hint and the error of a field, "" where there is none.
func describedBy(id, hint, message, other string) string {
	var ids []string
	if other != "" {
		ids = append(ids, other)
	}
	if hint != "" {
		ids = append(ids, id+"-hint")
	}
	if message != "" {
		ids = append(ids, id+"-error")
	}
	return strings.Join(ids, " ")
}

// widthClass gives a field the width of what is expected in it.
func widthClass(chars int) string {
	switch {
	case chars == 0:
		return ""
	case chars <= 6:
		return "g-w-6"
	case chars <= 12:
		return "g-w-12"
	}
	return "g-w-24"
}

// attributes are those an input and a text area share.
func (f FieldProps) attributes() templ.Attributes {
	attrs := fieldAttributes(f.id(), f.Hint, f.Error, f.Optional)
	if f.Autocomplete != "" {
		attrs["autocomplete"] = f.Autocomplete
	}
	if f.InputMode != "" {
		attrs["inputmode"] = f.InputMode
	}
	if f.MaxLength > 0 {
		attrs["maxlength"] = strconv.Itoa(f.MaxLength)
	}
	if class := widthClass(f.Chars); class != "" {
		attrs["class"] = class
	}
	if f.Type == "email" || f.Type == "password" {
		attrs["spellcheck"] = "false"
	}
	return attrs
}

func (s SelectProps) attributes() templ.Attributes {
	return fieldAttributes(s.id(), s.Hint, s.Error, s.Optional)
}

func fieldAttributes(id, hint, message string, optional bool) templ.Attributes {
	attrs := templ.Attributes{"id": id}
	if described := describedBy(id, hint, message, ""); described != "" {
		attrs["aria-describedby"] = described
	}
	if message != "" {
		attrs["aria-invalid"] = "true"
	}
	if !optional {
		attrs["aria-required"] = "true"
	}
	return attrs
}

func (c ChoiceProps) input() string {
	if c.Multiple {
		return "checkbox"
	}
	return "radio"
}

// optionID gives the first option the name of the group, so that an error summary leads to it.
func (c ChoiceProps) optionID(i int) string {
	if i == 0 {
		return c.Name
	}
	return c.Name + "-" + strconv.Itoa(i+1)
}

// Enhance returns the attributes of a form that the script sends without leaving the page, and sends again with
// the very same body when the network fails: the form must carry its idempotency key as a hidden field. about names
// what the form is about («attempt-7-item-3»), so that kept text never comes back under another question. With
// saves, «Enregistré» is announced when the server has answered.
func Enhance(about string, saves bool) templ.Attributes {
	mode := ""
	if saves {
		mode = "save"
	}
	return templ.Attributes{"data-enhance": mode, "data-keep": about}
}
