package assessweb_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"galien/internal/testkit/htmlcheck"
)

func TestPagesAreValidHTML(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no HTML checkers")
	}
	dir, n := t.TempDir(), 0
	b := newSite(t).browser(t)
	keep := func() {
		n++
		must(t, os.WriteFile(filepath.Join(dir, strconv.Itoa(n)+".html"), []byte(b.text), 0o600))
	}
	visit := func(paths ...string) {
		for _, p := range paths {
			b.get(p)
			keep()
		}
	}
	visit("/", "/positionnement")
	b.start("2")
	attempt := b.path
	for !b.over() {
		keep()
		if b.inWorld() {
			root := b.root()
			b.press("mail.open:m5")
			b.press("mail.inspect:m5")
			keep()
			visit(root+"?fenetre=w1", root+"?fenetre=w2", root+"?fenetre=w3", root+"?fenetre=w3&objet=n1", root+"?fenetre=w4", root+"?fenetre=fin")
			b.get(root + "?fenetre=w4")
			b.press("form.submit:w4")
			keep()
			b.get(root)
		}
		b.step()
	}
	keep()
	visit("/", "/positionnement", "/mes-competences", "/mes-epreuves", attempt)
	htmlcheck.Check(t, dir)
}
