package assets_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"galien/assets"
)

func TestURLHoldsTheHashOfTheContent(t *testing.T) {
	for _, name := range []string{"app.css", "app.js", "favicon.svg"} {
		url := assets.URL(name)
		if !regexp.MustCompile(`^/assets/\w+\.[0-9a-f]{10}\.\w+$`).MatchString(url) {
			t.Errorf("%s: %s", name, url)
		}
		if _, err := fs.Stat(assets.Dist(), strings.TrimPrefix(url, assets.Prefix)); err != nil {
			t.Error(err)
		}
	}
	if got := assets.URL("other.css"); got != "/assets/other.css" {
		t.Errorf("unknown name: %s", got)
	}
}

func TestDistIsBuiltFromTheSources(t *testing.T) {
	entries, err := os.ReadDir("src")
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.New()
	for _, entry := range entries {
		content, err := os.ReadFile("src/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(hash, "%s %d\n%s", entry.Name(), len(content), content)
	}
	if got, want := strings.TrimPrefix(assets.URL("sources"), assets.Prefix), hex.EncodeToString(hash.Sum(nil)); got != want {
		t.Error("assets/dist is not current: run go run -C tools ./bundle")
	}
}

// Budgets in bytes: a page has 100 kB and 12 requests in all, HTML included.
func TestStyleAndScriptKeepTheirBudget(t *testing.T) {
	for name, budget := range map[string]struct{ plain, compressed int }{
		"app.css":     {32_000, 7_800}, // one file for all pages, the simulated desktop's third included: forms swap pages in place
		"app.js":      {10_000, 4_000},
		"favicon.svg": {1_000, 1_000},
	} {
		content := read(t, name)
		var packed bytes.Buffer
		zip := gzip.NewWriter(&packed)
		if _, err := zip.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := zip.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes, %d compressed", name, len(content), packed.Len())
		if len(content) > budget.plain || packed.Len() > budget.compressed {
			t.Errorf("%s: %d bytes, %d compressed; budget %v", name, len(content), packed.Len(), budget)
		}
	}
}

func TestStyleLoadsNothingFromElsewhere(t *testing.T) {
	for _, name := range []string{"app.css", "app.js"} {
		if found := regexp.MustCompile(`@import|\burl\(|https?://`).Find(read(t, name)); found != nil {
			t.Errorf("%s has %s", name, found)
		}
	}
}

func TestBothWaysToTheDarkThemeAreTheSame(t *testing.T) {
	blocks := themes(t)
	if diff := cmp.Diff(blocks[`:root:not([data-theme="light"])`], blocks[`:root[data-theme="dark"]`]); diff != "" {
		t.Errorf("by the machine (-) and by choice (+):\n%s", diff)
	}
}

// WCAG 2.2: 1.4.3 wants 4.5:1 for text, 1.4.11 wants 3:1 for the limits of controls and for graphics.
func TestColoursHaveEnoughContrast(t *testing.T) {
	blocks := themes(t)
	for theme, selector := range map[string]string{"light": ":root", "dark": `:root[data-theme="dark"]`} {
		colours := blocks[selector]
		for _, pair := range []struct {
			ratio          float64
			signs, grounds []string
		}{
			{4.5, []string{"text", "soft", "link", "brand"}, []string{"ground", "surface", "sunken"}},
			{4.5, []string{"text", "brand", "link"}, []string{"brand-soft"}},
			{4.5, []string{"on-brand"}, []string{"brand", "brand-strong"}},
			{4.5, []string{"info"}, []string{"info-soft"}},
			{4.5, []string{"success"}, []string{"success-soft"}},
			{4.5, []string{"warning"}, []string{"warning-soft"}},
			{4.5, []string{"bad"}, []string{"bad-soft", "ground", "surface"}},
			{4.5, []string{"text"}, []string{"info-soft", "success-soft", "warning-soft", "bad-soft"}},
			{3, []string{"edge", "accent", "focus"}, []string{"ground", "surface"}},
			{3, []string{"focus"}, []string{"bad-soft", "brand-soft", "sunken"}},
		} {
			for _, sign := range pair.signs {
				for _, ground := range pair.grounds {
					if got := contrast(t, colours[sign], colours[ground]); got < pair.ratio {
						t.Errorf("%s: %s on %s is %.2f, want %.1f", theme, sign, ground, got, pair.ratio)
					}
				}
			}
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := fs.ReadFile(assets.Dist(), strings.TrimPrefix(assets.URL(name), assets.Prefix))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// themes returns the colour tokens of src/tokens.css by selector.
func themes(t *testing.T) map[string]map[string]string {
	t.Helper()
	text, err := os.ReadFile("src/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]map[string]string{}
	for _, block := range regexp.MustCompile(`(?s)(:root[^{},]*) \{(.*?)\n *\}`).FindAllStringSubmatch(string(text), -1) {
		colours := map[string]string{}
		for _, token := range regexp.MustCompile(`--g-([\w-]+): (#\w+);`).FindAllStringSubmatch(block[2], -1) {
			colours[token[1]] = token[2]
		}
		blocks[block[1]] = colours
	}
	return blocks
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	hex := strings.TrimPrefix(colour, "#")
	if len(hex) == 3 {
		hex = fmt.Sprintf("%[1]c%[1]c%[2]c%[2]c%[3]c%[3]c", hex[0], hex[1], hex[2])
	}
	value, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		t.Fatalf("not a colour: %q", colour)
	}
	linear := func(channel uint64) float64 {
		c := float64(channel&0xff) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*linear(value>>16) + .7152*linear(value>>8) + .0722*linear(value)
}
