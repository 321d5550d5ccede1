package browser

import (
	"errors"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"galien/internal/testkit/checkout"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// document wraps a body in a correct page.
func document(body string) string {
	return `<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Essai</title>` +
		`<meta name="viewport" content="width=device-width"></head><body><main>` + body + `</main></body></html>`
}

// site serves pages by path, under a strict Content-Security-Policy that allows the site's own scripts and styles.
func site(t *testing.T, pages map[string]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'")
		switch filepath.Ext(r.URL.Path) {
		case ".js":
			w.Header().Set("Content-Type", "text/javascript")
		case ".css":
			w.Header().Set("Content-Type", "text/css")
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		if r.Method == http.MethodPost {
			text = document("<h1>Reçu</h1><p>" + r.FormValue("nom") + " / " + r.FormValue("jour") + " / " + r.FormValue("role") + "</p>")
		}
		fmt.Fprint(w, text)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// show opens one page with this body.
func show(t *testing.T, body string) *Page {
	t.Helper()
	p := Start(t).Page(t)
	p.Goto(site(t, map[string]string{"/": document(body)}) + "/")
	return p
}

const form = `<h1>Inscription</h1>
<form method="post" action="/">
<p><label for="n">Nom d’usage</label> <input id="n" name="nom" value="ancien"></p>
<p><label for="d">Jour</label> <input id="d" name="jour" type="date"></p>
<p><label for="r">Rôle</label> <select id="r" name="role"><option value="c">Candidat</option><option value="s">Surveillant</option></select></p>
<fieldset><legend>Salle</legend>
<label><input type="radio" name="salle" value="a"> Salle A</label>
<label><input type="radio" name="salle" value="b"> Salle B</label></fieldset>
<p><label for="f">Liste</label> <input id="f" type="file"></p>
<p><button>Envoyer&nbsp;!</button></p></form>
<p><a href="/suite">Suite</a></p>`

func TestAPersonFillsAFormByItsLabels(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprintf("JavaScript %v", scripts), func(t *testing.T) {
			p := Start(t).Page(t)
			p.JavaScript(scripts)
			p.Goto(site(t, map[string]string{"/": document(form)}) + "/")
			p.Fill("Nom d’usage", "Zoé Ñ")
			p.Fill("Jour", "2027-03-12")
			p.Select("Rôle", "Surveillant")
			p.Click("Salle B")
			if e := p.Elements("radio"); !e[1].Checked || e[0].Checked {
				t.Errorf("the radio buttons are %+v, want the second chosen", e)
			}
			p.Click("Envoyer !")
			if got := p.Text(); !strings.Contains(got, "Zoé Ñ / 2027-03-12 / s") {
				t.Errorf("the server received %q", got)
			}
			p.Quiet(t)
		})
	}
}

func TestAFileFieldReceivesAFile(t *testing.T) {
	p := show(t, form)
	p.Upload("Liste", "browser_test.go")
	fields := p.Elements("button")
	if i := slices.IndexFunc(fields, func(e Element) bool { return strings.Contains(e.Value, "browser_test.go") }); i < 0 {
		t.Errorf("no file field holds the file: %+v", fields)
	}
}

func TestTheKeyboardReachesWhatTheMouseReaches(t *testing.T) {
	p := Start(t).Page(t)
	p.Goto(site(t, map[string]string{"/": document(`<h1>Un</h1><p><a href="/suite">Suite</a> <button>Aide</button></p>`), "/suite": document("<h1>Deux</h1>")}) + "/")
	if e := p.Focused(); e.Role != "" {
		t.Errorf("%v has the focus before any key", e)
	}
	var path []string
	for _, key := range []string{"Tab", "Tab", "Shift+Tab"} {
		p.Press(key)
		path = append(path, p.Focused().String())
	}
	if diff := cmp.Diff([]string{"link «Suite»", "button «Aide»", "link «Suite»"}, path); diff != "" {
		t.Error(diff)
	}
	p.Press("Enter")
	if p.Text() != "Deux" {
		t.Errorf("Enter on the link shows %q", p.Text())
	}
	p.Back()
	if !strings.HasPrefix(p.Text(), "Un") {
		t.Errorf("back shows %q", p.Text())
	}
}

func TestEachPageHasCookiesOfItsOwnAndATabSharesThem(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("vu"); err == nil {
			fmt.Fprint(w, "revenu ", c.Value)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "vu", Value: "oui"})
		fmt.Fprint(w, "nouveau")
	}))
	t.Cleanup(s.Close)
	b := Start(t)
	first, second := b.Page(t), b.Page(t)
	tab := first.Tab(t)
	var got []string
	for _, p := range []*Page{first, tab, second} {
		p.Goto(s.URL)
		got = append(got, p.Text())
	}
	if diff := cmp.Diff([]string{"nouveau", "revenu oui", "nouveau"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAxeFindsAPlantedFaultBehindAStrictPolicy(t *testing.T) {
	p := show(t, `<h1>Faute</h1><form><p>Nom <input name="n"></p></form>`)
	found := p.AxeViolations()
	if len(found) != 1 || found[0].ID != "label" || !strings.Contains(found[0].String(), `<input name="n">`) {
		t.Errorf("axe finds %v, want the field without a label", found)
	}
	p.Quiet(t)
}

func TestAxeAcceptsACorrectPage(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		p := Start(t).Page(t)
		p.JavaScript(scripts)
		p.Goto(site(t, map[string]string{"/": document(form)}) + "/")
		p.Axe(t)
	}
}

func TestHorizontalScrollNamesWhatSticksOut(t *testing.T) {
	base := site(t, map[string]string{
		"/wide":  strings.Replace(document(`<h1>Large</h1><div id="large">x</div>`), "</head>", `<link rel="stylesheet" href="/s.css"></head>`, 1),
		"/s.css": "#large { width: 400px }",
		"/ok":    document("<h1>Étroit</h1>"),
	})
	p := Start(t).Page(t)
	p.Goto(base + "/wide")
	if scrolls, which := p.HorizontalScroll(); !scrolls || !slices.Contains(which, "div#large") {
		t.Errorf("scrolls %v because of %v, want div#large", scrolls, which)
	}
	p.Goto(base + "/ok")
	if scrolls, which := p.HorizontalScroll(); scrolls {
		t.Errorf("a narrow page scrolls because of %v", which)
	}
	if width := evaluate[int](p, "innerWidth"); width != 1280 {
		t.Errorf("the window is %d wide after the check, want 1280 again", width)
	}
}

func TestThemesAndNetworkAreEmulated(t *testing.T) {
	p := show(t, "<h1>Thème</h1>")
	p.Dark(true)
	p.ForcedColors(true)
	if !evaluate[bool](p, "matchMedia('(prefers-color-scheme: dark)').matches && matchMedia('(forced-colors: active)').matches") {
		t.Error("the page is neither dark nor in forced colours")
	}
	p.Dark(false)
	if evaluate[bool](p, "matchMedia('(prefers-color-scheme: dark)').matches") {
		t.Error("the page is still dark")
	}
	const reach = "fetch('/').then(() => 'joint', () => 'coupé')"
	p.Offline(true)
	if got := evaluate[string](p, reach); got != "coupé" || evaluate[bool](p, "navigator.onLine") {
		t.Errorf("offline, the server is %s", got)
	}
	p.Offline(false)
	if got := evaluate[string](p, reach); got != "joint" || !evaluate[bool](p, "navigator.onLine") {
		t.Errorf("online again, the server is %s", got)
	}
}

func TestAScreenshotIsTheWholePage(t *testing.T) {
	p := show(t, strings.Repeat("<p>ligne</p>", 100))
	p.Viewport(320, 640)
	p.Screenshot("self-test/long")
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(root, "artifacts", "screenshots", "self-test", "long.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	image, err := png.DecodeConfig(f)
	if err != nil {
		t.Fatal(err)
	}
	if image.Width != 320 || image.Height < 2_000 {
		t.Errorf("the image is %d × %d, want 320 wide and the whole page high", image.Width, image.Height)
	}
}

func TestWithoutChromiumTheFailureSaysHowToGetIt(t *testing.T) {
	none := func(string) (string, error) { return "", errors.New("not found") }
	if _, err := find("", none); err == nil || !strings.Contains(err.Error(), "apt-get install chromium") {
		t.Errorf("got %v, want the command to run", err)
	}
	if _, err := find("/opt/chrome", none); err == nil || !strings.Contains(err.Error(), "CHROMIUM=/opt/chrome") {
		t.Errorf("got %v, want the variable named", err)
	}
}
