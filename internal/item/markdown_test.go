package item

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMarkdownIsRenderedWithoutAnythingThatActs(t *testing.T) {
	images := []Image{{Name: "a.svg", SHA256: "12ab"}}
	url := func(image Image) string { return "/images/" + image.SHA256 }
	for name, c := range map[string]struct{ source, want string }{
		"paragraphs":      {"One *two* **three**.\n\nFour.", "<p>One <em>two</em> <strong>three</strong>.</p>\n<p>Four.</p>"},
		"list":            {"- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"},
		"image":           {"![A cat](a.svg)", `<p><img src="/images/12ab" alt="A cat"></p>`},
		"unknown image":   {"![A cat](b.svg)", `<p><img alt="A cat"></p>`},
		"raw HTML":        {"a <script>alert(1)</script> b", "<p>a alert(1) b</p>"},
		"HTML block":      {"<div onclick=\"x()\">a</div>", ""},
		"link":            {"[a](https://a.example)", "<p>a</p>"},
		"script link":     {"[a](javascript:alert(1))", "<p>a</p>"},
		"escaped text":    {"1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"},
		"table":           {"|a|b|\n|-|-|\n|1|2|", "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>"},
		"heading too big": {"# a", "a"},
	} {
		if diff := cmp.Diff(c.want, render(c.source, images, url)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestImageAddressOutsideThisServerIsLeftOut(t *testing.T) {
	images := []Image{{Name: "a.svg"}}
	for _, address := range []string{"https://a.example/x", "//a.example/x", "javascript:alert(1)", "data:image/png;base64,AA"} {
		got := render("![A cat](a.svg)", images, func(Image) string { return address })
		if strings.Contains(got, "src") {
			t.Errorf("%s: %s", address, got)
		}
	}
}

func TestInspectSeparatesWordsFromAlternatives(t *testing.T) {
	p := inspect("One two\nthree.\n\n![Four five](a.svg)\n\n- six\n- **seven**")
	if got := strings.Fields(p.words); len(got) != 5 || p.words != "One two three.\n\n\nsix\nseven" && words(p.words) != 5 {
		t.Errorf("%q", p.words)
	}
	if diff := cmp.Diff([]embedded{{"a.svg", "Four five"}}, p.images, cmp.AllowUnexported(embedded{})); diff != "" {
		t.Error(diff)
	}
}
