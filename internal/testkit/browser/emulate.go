package browser

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
)

// Viewport sets the window's size in CSS pixels.
func (p *Page) Viewport(width, height int) {
	p.t.Helper()
	p.width, p.height = width, height
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(width), Height: int64(height), DeviceScaleFactor: 1,
	})
}

// Dark asks for the dark theme, or for the light one.
func (p *Page) Dark(on bool) {
	p.t.Helper()
	p.feature("prefers-color-scheme", on, "dark", "light")
}

// ForcedColors emulates a system with a contrast theme.
func (p *Page) ForcedColors(on bool) {
	p.t.Helper()
	p.feature("forced-colors", on, "active", "none")
}

// feature sets one media feature and keeps the others.
func (p *Page) feature(name string, on bool, yes, no string) {
	p.t.Helper()
	p.features[name] = no
	if on {
		p.features[name] = yes
	}
	var params emulation.SetEmulatedMediaParams
	for name, value := range p.features {
		params.Features = append(params.Features, &emulation.MediaFeature{Name: name, Value: value})
	}
	call(p, emulation.SetEmulatedMedia, params)
}

// JavaScript turns the page's own scripts on or off, from the next navigation.
func (p *Page) JavaScript(on bool) {
	p.t.Helper()
	p.scriptsOff = !on
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// Offline cuts the page from the network, or connects it again. The page sees it: navigator.onLine and its events follow.
func (p *Page) Offline(on bool) {
	p.t.Helper()
	open := -1.0
	call(p, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{DownloadThroughput: open, UploadThroughput: open, Offline: on}},
	})
	call(p, network.OverrideNetworkState, network.OverrideNetworkStateParams{
		Offline: on, DownloadThroughput: open, UploadThroughput: open,
	})
}

// HorizontalScroll reports whether the page has to be scrolled sideways when it is 320 CSS pixels wide (WCAG 2.2,
// 1.4.10), and names the elements that stick out. The window then takes its former size again.
func (p *Page) HorizontalScroll() (scrolls bool, elements []string) {
	p.t.Helper()
	width, height := p.width, p.height
	defer p.Viewport(width, height)
	p.Viewport(320, 800)
	found := evaluate[struct {
		Scrolls  bool     `json:"scrolls"`
		Elements []string `json:"elements"`
	}](p, overflow)
	return found.Scrolls, found.Elements
}

// overflow looks for what is wider than the window, leaving out what scrolls in a box of its own.
const overflow = `(() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return {scrolls: false, elements: []};
  const boxed = e => {
    for (e = e.parentElement; e && e !== document.body; e = e.parentElement)
      if (getComputedStyle(e).overflowX !== 'visible') return true;
    return false;
  };
  const name = e => e.localName + (e.id ? '#' + e.id : '') + [...e.classList].map(c => '.' + c).join('');
  const wide = [...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > root.clientWidth + 0.5 && !boxed(e)).map(name);
  return {scrolls: true, elements: wide.slice(0, 20)};
})()`
