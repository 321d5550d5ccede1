package ui

import "github.com/a-h/templ"

// Kind is the visual weight of a button or link. The zero value is the main action: one per form.
type Kind string

// The kinds of actions.
const (
	Primary   Kind = ""
	Secondary Kind = "secondary"
	Quiet     Kind = "quiet"
	Danger    Kind = "danger"
)

// ButtonProps is a submit button.
//
// Contract: a native <button>; the label starts with a verb and is the accessible name, completed for screen
// readers by Hidden («Retirer» + «l'action du 12 mars»); at least 44 px high; the script refuses a double submit.
// There is no disabled state: a form says what is missing when it is sent.
type ButtonProps struct {
	Label      string
	Hidden     string // end of the accessible name, not shown
	Kind       Kind
	Name       string // sent with Value when this button submits
	Value      string
	ID         string
	Form       string // id of the form, when outside it
	FormAction string // other address than the form's
	Small      bool
	Attrs      templ.Attributes
}

// LinkProps is a link that looks like a button, for a navigation that is the page's main step.
//
// Contract: a native <a href>; never used for an action that changes data.
type LinkProps struct {
	Label  string
	Hidden string
	Href   string
	Kind   Kind
	Small  bool
	Attrs  templ.Attributes
}

// ExportLink is one format in which the list on screen can be taken away.
type ExportLink struct {
	Format string // «CSV», «XLSX», «JSON»
	Href   string
}

func buttonClass(kind Kind, small bool) string {
	class := "g-button"
	if kind != Primary {
		class += " g-button-" + string(kind)
	}
	if small {
		class += " g-button-small"
	}
	return class
}
