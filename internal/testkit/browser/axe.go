package browser

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"galien/internal/testkit/checkout"
)

// AxeViolation is one rule of axe-core that the page breaks.
type AxeViolation struct {
	// ID names the rule, such as «label»; Impact is minor, moderate, serious or critical.
	ID, Impact, Help string
	// Nodes are the elements at fault.
	Nodes []AxeNode
}

// AxeNode is an element at fault.
type AxeNode struct {
	// Target is a CSS selector, HTML the start tag, Why the reason in axe's words.
	Target, HTML, Why string
}

// String writes the violation with its elements, one a line.
func (v AxeViolation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n  %s\n    %s\n    %s", n.Target, n.HTML, strings.ReplaceAll(n.Why, "\n", "\n    "))
	}
	return b.String()
}

// Axe fails the test for each accessibility rule that the page breaks in the state in which it is shown.
func (p *Page) Axe(t testing.TB) {
	t.Helper()
	for _, v := range p.AxeViolations() {
		t.Errorf("axe: %s: %s", p, v)
	}
}

// AxeViolations runs axe-core on the page and returns what it finds: every rule for WCAG 2.2 A and AA and the best
// practices. axe runs in a world of its own, where the page's Content-Security-Policy does not reach and from which
// the page's scripts see nothing.
func (p *Page) AxeViolations() []AxeViolation {
	p.t.Helper()
	axe, err := axeSource()
	if err != nil {
		p.t.Fatal(err)
	}
	if p.scriptsOff {
		// axe waits on timers, which are off with the scripts. Those of the page were not loaded and stay so.
		p.JavaScript(true)
		defer p.JavaScript(false)
	}
	frame := cdp.FrameID(chromedp.FromContext(p.ctx).Target.TargetID)
	world := call(p, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: frame, WorldName: "axe"})
	p.runIn(world.ExecutionContextID, axe+"\n;0")
	result := p.runIn(world.ExecutionContextID, axeRun)
	var violations []AxeViolation
	if err := json.Unmarshal(result, &violations); err != nil {
		p.t.Fatalf("browser: axe's answer: %v: %.200s", err, result)
	}
	return violations
}

// axeRun asks for the rules and keeps of the answer what a person reads. Target size is off in axe by default, as WCAG
// 2.2 has only just been asked for by law.
const axeRun = `axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}}).then(r =>
  r.violations.map(v => ({ID: v.id, Impact: v.impact || '', Help: v.help, Nodes: v.nodes.map(n => ({
    Target: n.target.flat().join(' '), HTML: n.html.slice(0, 300), Why: n.failureSummary || ''}))})))`

// runIn evaluates an expression in a world and returns its JSON value.
func (p *Page) runIn(world runtime.ExecutionContextID, expression string) []byte {
	p.t.Helper()
	yes := true
	r := call(p, runtime.Evaluate, runtime.EvaluateParams{
		Expression: expression, ContextID: world, AwaitPromise: &yes, ReturnByValue: &yes,
	})
	if r.ExceptionDetails != nil {
		p.t.Fatalf("browser: axe: %s", thrown(r.ExceptionDetails).Text)
	}
	if r.Result == nil {
		return nil
	}
	return r.Result.Value
}

// axeSource reads axe-core from the checkout.
func axeSource() (string, error) {
	root, err := checkout.Root()
	if err != nil {
		return "", err
	}
	file := filepath.Join(root, "e2e", "node_modules", "axe-core", "axe.min.js")
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return "", errors.New("browser: axe-core is not installed: run npm ci in e2e, or scripts/test which does it")
	}
	return string(text), err
}
