package browser

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Click clicks the only control with this accessible name: a button, a link, a box, a tab, a summary. It waits for the
// control to appear and for the navigation that follows.
func (p *Page) Click(name string) {
	p.t.Helper()
	p.click(p.find(name, clickable))
}

// ClickRole is Click for one ARIA role, where a name alone would not do.
func (p *Page) ClickRole(role, name string) {
	p.t.Helper()
	p.click(p.find(name, []string{role}))
}

// click scrolls to the element and clicks its middle with the mouse.
func (p *Page) click(e Element) {
	p.t.Helper()
	call(p, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: e.node})
	x, y := p.middle(e)
	over := p.onNode(e, hits, "")
	if over != "" {
		p.t.Fatalf("browser: %s: %s is covered by %s", p, e, over)
	}
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		params := input.DispatchMouseEventParams{Type: kind, X: x, Y: y}
		if kind != input.DispatchMouseEventTypeMouseMoved {
			params.Button, params.ClickCount = input.MouseButtonLeft, 1
		}
		call(p, input.DispatchMouseEvent, params)
	}
	p.settle()
}

// hits names what lies over the middle of the element, "" when the click reaches it or its label.
const hits = `function() {
  const r = this.getClientRects()[0] || this.getBoundingClientRect();
  const top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
  if (!top || this.contains(top) || top.contains(this)) return '';
  const labels = [...(this.labels || [])];
  if (labels.some(l => l.contains(top))) return '';
  return top.localName + (top.id ? '#' + top.id : '');
}`

// middle returns the middle of the element's first box, in CSS pixels of the window.
func (p *Page) middle(e Element) (x, y float64) {
	p.t.Helper()
	quads := call(p, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: e.node}).Quads
	if len(quads) == 0 || len(quads[0]) != 8 {
		p.t.Fatalf("browser: %s: %s has no box to click", p, e)
	}
	q := quads[0]
	return (q[0] + q[2] + q[4] + q[6]) / 4, (q[1] + q[3] + q[5] + q[7]) / 4
}

// Fill replaces what the field with this label holds. A text field is typed into; a date is given as 2027-03-12 and a
// time as 09:30, whatever the language shows.
func (p *Page) Fill(label, value string) {
	p.t.Helper()
	e := p.find(label, fillable)
	if slices.Contains([]string{"slider", "Date", "DateTime", "InputTime", "ColorWell"}, e.Role) {
		p.onNode(e, setValue, value)
		return
	}
	call(p, dom.Focus, dom.FocusParams{BackendNodeID: e.node})
	p.onNode(e, "function() { this.select ? this.select() : getSelection().selectAllChildren(this) }", "")
	if value == "" {
		p.Press("Delete")
		return
	}
	call(p, input.InsertText, input.InsertTextParams{Text: value})
}

// setValue sets a field as its own picker does, with the events that follow.
const setValue = `function(v) {
  this.focus();
  this.value = v;
  if (this.value !== v) throw new Error('the field refuses ' + v);
  this.dispatchEvent(new Event('input', {bubbles: true}));
  this.dispatchEvent(new Event('change', {bubbles: true}));
}`

// Select chooses an option by its text in the list with this label.
func (p *Page) Select(label, option string) {
	p.t.Helper()
	p.onNode(p.find(label, selectable), selectOption, plain(option))
	p.settle()
}

// selectOption chooses as the list's own popup does, with the events that follow.
const selectOption = `function(text) {
  const plain = s => s.replaceAll('’', "'").trim().split(/\s+/u).join(' ');
  const found = [...this.options].filter(o => plain(o.label) === text);
  if (found.length !== 1) throw new Error(found.length + ' options «' + text + '» among: ' + [...this.options].map(o => o.label).join(', '));
  this.focus();
  found[0].selected = true;
  this.dispatchEvent(new Event('input', {bubbles: true}));
  this.dispatchEvent(new Event('change', {bubbles: true}));
}`

// Upload gives files to the file field with this label.
func (p *Page) Upload(label string, files ...string) {
	p.t.Helper()
	e := p.find(label, []string{"button"})
	var paths []string
	for _, f := range files {
		path, err := filepath.Abs(f)
		if err != nil {
			p.t.Fatal(err)
		}
		paths = append(paths, path)
	}
	call(p, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: paths, BackendNodeID: e.node})
}

// Type types a text with the keyboard, key by key, where the focus is.
func (p *Page) Type(text string) {
	p.t.Helper()
	p.keys(text)
}

// keyNames are the keys that Press knows by name, as KeyboardEvent.key writes them, with Space.
var keyNames = map[string]string{
	"Tab": kb.Tab, "Enter": kb.Enter, "Escape": kb.Escape, "Space": " ", "Backspace": kb.Backspace, "Delete": kb.Delete,
	"ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown, "ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight,
	"Home": kb.Home, "End": kb.End, "PageUp": kb.PageUp, "PageDown": kb.PageDown,
}

// modifierNames are what may stand before a key: «Shift+Tab», «Control+Enter».
var modifierNames = map[string]chromedp.Modifier{
	"Alt": chromedp.ModifierAlt, "Control": chromedp.ModifierCtrl, "Meta": chromedp.ModifierMeta, "Shift": chromedp.ModifierShift,
}

// Press presses one key, with its modifiers: «Tab», «Shift+Tab», «ArrowDown», «a». It waits for the navigation that follows.
func (p *Page) Press(key string) {
	p.t.Helper()
	parts := strings.Split(key, "+")
	last := parts[len(parts)-1]
	var modifiers []chromedp.Modifier
	for _, name := range parts[:len(parts)-1] {
		m, ok := modifierNames[name]
		if !ok {
			p.t.Fatalf("browser: %q is no modifier, in %q", name, key)
		}
		modifiers = append(modifiers, m)
	}
	stroke, ok := keyNames[last]
	if !ok {
		if len([]rune(last)) != 1 {
			p.t.Fatalf("browser: %q is no key, in %q", last, key)
		}
		stroke = last
	}
	p.keys(stroke, chromedp.KeyModifiers(modifiers...))
	p.settle()
}

// keys sends key events.
func (p *Page) keys(keys string, options ...chromedp.KeyOption) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.KeyEvent(keys, options...)); err != nil {
		p.t.Fatalf("browser: press %q: %v", keys, err)
	}
}
