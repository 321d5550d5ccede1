package item

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"galien/internal/framework/strictyaml"
)

func TestLoadReadsEveryTypeInTheOrderOfTheFramework(t *testing.T) {
	b := sampleBank(t)
	var got []string
	for _, it := range b.Items() {
		got = append(got, it.Competency+" "+string(it.Type)+" "+it.ID)
	}
	want := []string{
		"A1 single wet-floor", "B1 multiple what-to-say", "B2 text european-number", "C1 order bleeding",
		"C2 match who-does-what", "C3 scenario burn-in-the-kitchen",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if b.Name != "first-aid" || b.Framework != "FIRST-AID" || b.Licence != "CC-BY-SA-4.0" || b.Len() != 6 {
		t.Errorf("bank %+v", b)
	}
}

func TestLoadKeepsTheHead(t *testing.T) {
	b := sampleBank(t)
	it, ok := b.Item("what-to-say")
	if !ok {
		t.Fatal("not found")
	}
	if it.Version != 2 || it.Family != "calls" || it.Accessible || it.AccessibleWhy == "" || it.Seconds != 60 || it.Level != 1 ||
		it.File != "items/first-aid/B1/what-to-say.md" || len(it.Capacities) != 2 {
		t.Errorf("%+v", it)
	}
	single, _ := b.Item("wet-floor")
	images := single.Images()
	if len(images) != 1 || images[0].Name != "floor.svg" || images[0].Media != "image/svg+xml" || images[0].SHA256 != digest(images[0].Data) ||
		!strings.HasPrefix(images[0].Alt, "A drawing of a wet floor") {
		t.Errorf("%+v", images)
	}
	if src := single.Sources(); len(src) != 1 || !src[0].Verified.Done() {
		t.Errorf("%+v", src)
	}
	if r := single.Reviews(); len(r) != 1 || r[0].Reader != "Second reader" || !r[0].Agrees {
		t.Errorf("%+v", r)
	}
	if _, ok := b.Item("none"); ok {
		t.Error("an unknown item was found")
	}
}

const (
	singleFile   = "items/first-aid/A1/wet-floor.md"
	multipleFile = "items/first-aid/B1/what-to-say.md"
	textFile     = "items/first-aid/B2/european-number.md"
	orderFile    = "items/first-aid/C1/bleeding.md"
	matchFile    = "items/first-aid/C2/who-does-what.md"
	scenarioFile = "items/first-aid/C3/burn-in-the-kitchen.md"
	imageFile    = "items/first-aid/A1/floor.svg"
	bankFile     = "items/first-aid/bank.yaml"
	kitchenFile  = "scenarios/kitchen/scenario.yaml"
)

func TestLoadNamesFileLineAndReason(t *testing.T) {
	for name, c := range map[string]struct{ file, from, to, want string }{
		"unknown field":             {singleFile, "seconds: 40", "second: 40", `:9: unknown field "second"`},
		"repeated field":            {singleFile, "level: 2", "level: 2\nlevel: 3", `:9: mapping key "level" already defined`},
		"no head":                   {singleFile, "---\nid", "id", ":1: an item begins with a YAML head between two lines ---"},
		"id and file":               {singleFile, "id: wet-floor", "id: dry-floor", `:2: id "dry-floor" and the file's name differ`},
		"unknown competency":        {singleFile, "competency: A1", "competency: Z1", `:6: FIRST-AID 2026.1 has no competency "Z1"`},
		"folder of another":         {singleFile, "competency: A1\ncapacities: [A1.a]", "competency: B1\ncapacities: [B1.a]", `:6: competency "B1" in the folder of "A1"`},
		"capacity of another":       {singleFile, "[A1.a]", "[B1.a]", `:7: "B1.a" is no capacity of the competency A1`},
		"language":                  {singleFile, "lang: en", "lang: fr", `:4: lang "fr" in a bank in "en"`},
		"level":                     {singleFile, "level: 2", "level: 5", ":8: level is 1, 2, 3 or 4"},
		"two keys in a single":      {singleFile, "sooner.", "sooner.\n    key: true", ":12: 2 keys; a single has exactly one"},
		"no why":                    {singleFile, "    why: You would slip as the person did, and help nobody.\n", "", `:12: the option "a" has no why`},
		"same id twice":             {singleFile, "- id: c", "- id: a", `:19: the id "a" is used twice`},
		"same text twice":           {singleFile, "Leave the room and wait for the end of the shift.", "walk across to reach the person sooner", "two texts are the same"},
		"fields of another type":    {singleFile, "sources:", "scenario: kitchen\nsources:", ":22: a single item has no scenario"},
		"one key in a multiple":     {multipleFile, "type: multiple", "type: single", "3 keys; a single has exactly one"},
		"unknown type":              {singleFile, "type: single", "type: choice", `:5: type "choice"`},
		"accessible without why":    {multipleFile, "accessibleWhy: The recording has no transcript.\n", "", ":11: accessible: false needs accessibleWhy"},
		"accepted and refused":      {textFile, "[fibrillator]", "[Défibrillator]", `:14: "Défibrillator" is accepted and refused`},
		"empty accepted answer":     {textFile, "accept: [defibrillator,", `accept: [" - ",`, ":13: an answer holds letters or digits"},
		"shuffled steps":            {orderFile, "steps:", "shuffle: false\nsteps:", ":11: shuffle is for options and rows"},
		"too few steps":             {orderFile, "  - id: call\n    text: Have somebody call for help.\n", "", "3 steps; 4 to 6 are expected"},
		"unused category":           {matchFile, "category: rescuers", "category: you", ""},
		"unknown category":          {matchFile, "category: rescuers", "category: nobody", `the row "drug" is in the unknown category "nobody"`},
		"no source":                 {singleFile, "section: Chapter one\n", "section: Chapter one\n    pages: 3\n", `unknown field "pages"`},
		"verified without date":     {singleFile, "{ how: invented for the tests, on: 2026-11-22 }", "{ how: read }", "verified is false, or"},
		"verified: true":            {singleFile, "{ how: invented for the tests, on: 2026-11-22 }", "true", "say how and when"},
		"reading without date":      {singleFile, "on: 2026-11-21", "on: yesterday", "the reading has no date"},
		"raw HTML":                  {singleFile, "What do you do", "What <b>do</b> you do", ":33: raw HTML in the stem: write Markdown"},
		"link":                      {singleFile, "What do you do", "[What](https://a.example) do you do", ":33: a link in the stem"},
		"no explanation":            {singleFile, "## Explanation", "Explanation", "the body has no heading"},
		"heading of another tongue": {singleFile, "## Explanation", "## Explication", ":39: the heading of the explanation is in the item's language"},
		"image without text":        {singleFile, "A drawing of a wet floor: a cable with bare wires lies in the water, beside the colleague.", "", "image floor.svg has no text"},
		"missing image":             {singleFile, "floor.svg", "roof.svg", "image roof.svg: the file is missing"},
		"image elsewhere":           {singleFile, "floor.svg", "../floor.svg", "an image is a file beside the item"},
		"script in an image":        {imageFile, "<title>", "<script>alert(1)</script><title>", "an SVG has no element script"},
		"event in an image":         {imageFile, "<path", `<path onclick="x()"`, "an SVG has no attribute onclick"},
		"address in an image":       {imageFile, "<path", `<use href="https://a.example/x"/><path`, "an SVG refers to nothing outside itself"},
		"style in an image":         {imageFile, `stroke="#000"`, `fill="url(https://a.example/x)"`, "an SVG refers to nothing outside itself"},
		"entity in an image":        {imageFile, "<svg", `<!DOCTYPE svg [<!ENTITY a "b">]><svg`, "an SVG has no document type"},
		"unknown scenario":          {scenarioFile, "scenario: kitchen", "scenario: garden", ":11: scenarios/garden/scenario.yaml cannot be used"},
		"broken scenario":           {kitchenFile, "points: 2", "point: 2", `scenario.yaml:26: unknown field "point"`},
		"scenario's language":       {kitchenFile, "lang: en", "lang: fr", `:11: the scenario is in "fr"`},
		"another framework":         {bankFile, `"2026.1"`, `"2027"`, "the bank measures FIRST-AID 2027 and is read with FIRST-AID 2026.1"},
		"family over competencies":  {singleFile, "level: 2", "level: 2\nfamily: calls", "a family stays within one competency"},
	} {
		files := sample(t)
		if name == "unused category" {
			edit(t, files, c.file, c.from, c.to)
			c.want = `:14: no row is in the category "rescuers"`
		}
		edit(t, files, c.file, c.from, c.to)
		_, err := Load(files, sampleDir, sampleFramework(t))
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", name, err, c.want)
		}
	}
}

func TestLoadReportsEveryFile(t *testing.T) {
	files := sample(t)
	edit(t, files, singleFile, "level: 2", "level: 9")
	edit(t, files, singleFile, "seconds: 40", "seconds: 0")
	edit(t, files, orderFile, "version: 1", "version: 0")
	files["items/first-aid/A1/stray.txt"] = &fstest.MapFile{}
	files["items/first-aid/D1/x.md"] = &fstest.MapFile{}
	_, err := Load(files, sampleDir, sampleFramework(t))
	got := map[string]int{}
	for _, p := range strictyaml.Problems(err) {
		got[p.File]++
	}
	want := map[string]int{singleFile: 2, orderFile: 1, "items/first-aid/A1/stray.txt": 1, "items/first-aid/D1": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoadSaysWhatIsMissing(t *testing.T) {
	if _, err := Load(fstest.MapFS{}, sampleDir, sampleFramework(t)); len(strictyaml.Problems(err)) != 2 {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestFilesWithCarriageReturnsReadTheSame(t *testing.T) {
	files := sample(t)
	want := sampleItem(t, Single)
	edited := strings.ReplaceAll(string(files[singleFile].Data), "\n", "\r\n")
	files[singleFile] = &fstest.MapFile{Data: []byte(edited)}
	got, _ := bankOf(t, files).Item("wet-floor")
	if _, a, _ := want.Document(); a == "" {
		t.Fatal("no digest")
	} else if _, b, err := got.Document(); err != nil || a != b {
		t.Errorf("digests %s and %s, %v", a, b, err)
	}
}

func FuzzParseFile(f *testing.F) {
	for _, file := range sample(f) {
		f.Add(file.Data)
	}
	fw := sampleFramework(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parseFile("f.md", data)
		if err != nil {
			var located *strictyaml.Problem
			if !errors.As(err, &located) {
				t.Errorf("an error without place: %v", err)
			}
			return
		}
		p.check(fw)
		if p.yaml.Err() != nil {
			return
		}
		it := newItem(p.doc, "f.md", nil)
		if it.Type == Scenario {
			return
		}
		if err := it.Check(it.Key()); err != nil {
			t.Errorf("the key is refused: %v", err)
		}
		if c := it.Score(it.Key()); c.Category != c.Max {
			t.Errorf("the key scores %+v", c)
		}
		it.View(1, byDigest)
	})
}
