package browser

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
)

// Element is what assistive technology knows of a node: its role, in ARIA's words, and its accessible name.
type Element struct {
	Role, Name string
	// Value is the text of a field, or the option chosen.
	Value string
	// Disabled, Checked and Expanded are the states of a control; Required and Invalid those of a field.
	Disabled, Checked, Expanded, Required, Invalid bool

	node cdp.BackendNodeID
}

// String writes the element as messages name it.
func (e Element) String() string { return fmt.Sprintf("%s «%s»", e.Role, e.Name) }

// Roles by what a person does with them.
var (
	clickable = []string{
		"button", "link", "checkbox", "radio", "switch", "tab", "menuitem", "menuitemcheckbox", "menuitemradio", "option",
		"treeitem", "DisclosureTriangle",
	}
	fillable   = []string{"textbox", "searchbox", "spinbutton", "combobox", "slider", "Date", "DateTime", "InputTime", "ColorWell"}
	selectable = []string{"combobox", "listbox", "PopUpButton"}
)

// Elements lists what assistive technology sees on the page with one of these roles, in the order of the page; every
// named element when no role is given.
func (p *Page) Elements(roles ...string) []Element {
	p.t.Helper()
	tree := call(p, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	var all []Element
	for _, n := range tree.Nodes {
		e := element(n)
		if n.Ignored || e.node == 0 || len(roles) == 0 && e.Name == "" || len(roles) > 0 && !slices.Contains(roles, e.Role) {
			continue
		}
		all = append(all, e)
	}
	return all
}

// element reads a node of the accessibility tree.
func element(n *accessibility.Node) Element {
	e := Element{Role: text(n.Role), Name: plain(text(n.Name)), Value: text(n.Value), node: n.BackendDOMNodeID}
	for _, prop := range n.Properties {
		state := text(prop.Value)
		yes := state != "" && state != "false"
		switch prop.Name {
		case accessibility.PropertyNameDisabled:
			e.Disabled = yes
		case accessibility.PropertyNameChecked:
			e.Checked = yes
		case accessibility.PropertyNameExpanded:
			e.Expanded = yes
		case accessibility.PropertyNameRequired:
			e.Required = yes
		case accessibility.PropertyNameInvalid:
			e.Invalid = yes
		}
	}
	return e
}

// text reads a value of the accessibility tree as text.
func text(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var s string
	if json.Unmarshal(v.Value, &s) == nil {
		return s
	}
	return string(v.Value)
}

// find returns the only element with this name among these roles. It waits for it to appear, for at most ten seconds, and
// ends the test when there is none or more than one: two controls with one name are a fault of the page.
func (p *Page) find(name string, roles []string) Element {
	p.t.Helper()
	for began := time.Now(); ; time.Sleep(pause) {
		all := p.Elements(roles...)
		var found []Element
		for _, e := range all {
			if e.Name == plain(name) {
				found = append(found, e)
			}
		}
		switch {
		case len(found) == 1 && !found[0].Disabled:
			return found[0]
		case len(found) > 1:
			p.t.Fatalf("browser: %s has %d elements named «%s»: %v; give each its own accessible name, or use ClickRole",
				p, len(found), name, found)
		case time.Since(began) > appears && len(found) == 1:
			p.t.Fatalf("browser: %s: %s stays disabled", p, found[0])
		case time.Since(began) > appears:
			p.t.Fatalf("browser: %s has no element named «%s» among %s; it has: %v", p, name, strings.Join(roles, ", "), all)
		}
	}
}

// Focused returns the element that has the keyboard, the zero Element when it is the document itself.
func (p *Page) Focused() Element {
	p.t.Helper()
	active := call(p, runtime.Evaluate, runtime.EvaluateParams{
		Expression: "document.activeElement === document.body ? null : document.activeElement",
	})
	if active.Result == nil || active.Result.ObjectID == "" {
		return Element{}
	}
	related := false
	tree := call(p, accessibility.GetPartialAXTree, accessibility.GetPartialAXTreeParams{
		ObjectID: active.Result.ObjectID, FetchRelatives: &related,
	})
	if len(tree.Nodes) == 0 {
		return Element{}
	}
	return element(tree.Nodes[0])
}

// onNode calls a JavaScript function whose «this» is the element, with one argument.
func (p *Page) onNode(e Element, function, argument string) string {
	p.t.Helper()
	object := call(p, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: e.node})
	value, err := json.Marshal(argument)
	if err != nil {
		p.t.Fatal(err)
	}
	byValue := true
	result := call(p, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		ObjectID: object.Object.ObjectID, FunctionDeclaration: function, ReturnByValue: &byValue, UserGesture: &byValue,
		Arguments: []*runtime.CallArgument{{Value: value}},
	})
	if result.ExceptionDetails != nil {
		p.t.Fatalf("browser: %s: %s", e, thrown(result.ExceptionDetails).Text)
	}
	var s string
	if result.Result != nil && json.Unmarshal(result.Result.Value, &s) == nil {
		return s
	}
	return ""
}
