package item

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"galien/internal/framework"
	"galien/internal/framework/strictyaml"
	"galien/internal/scenario"
)

// bankSource is bank.yaml.
type bankSource struct {
	Bank      string `yaml:"bank"`
	Framework string `yaml:"framework"`
	Version   string `yaml:"version"`
	Language  string `yaml:"language"`
	Licence   string `yaml:"licence"`
}

// Load reads the bank in a folder of fsys: bank.yaml, then one folder a competency with its items and their images. The
// scenarios are in fsys under scenarios/<slug>. The error joins one *strictyaml.Problem, with file and line, for each
// thing that is wrong in any of the files.
func Load(fsys fs.FS, dir string, fw *framework.Framework) (*Bank, error) {
	l := load(fsys, dir, fw)
	if err := errors.Join(l.problems...); err != nil {
		return nil, err
	}
	return l.bank, nil
}

// loader reads a bank. It goes on after a problem, with what could be read.
type loader struct {
	fsys     fs.FS
	dir      string
	fw       *framework.Framework
	bank     *Bank
	worlds   map[string]*world // by slug; nil for one that cannot be read
	problems []error
}

// world is a scenario with its text.
type world struct {
	scenario *scenario.Scenario
	text     []byte
	images   []Image
}

func load(fsys fs.FS, dir string, fw *framework.Framework) *loader {
	l := &loader{fsys: fsys, dir: dir, fw: fw, worlds: map[string]*world{}, bank: &Bank{fw: fw}}
	l.bankFile()
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		l.addf(dir, "the folder cannot be read: %v", err)
		return l
	}
	for _, e := range entries {
		switch {
		case e.IsDir():
			l.competency(e.Name())
		case e.Name() != "bank.yaml":
			l.addf(path.Join(dir, e.Name()), "a bank's folder holds bank.yaml and one folder a competency")
		}
	}
	slices.SortStableFunc(l.bank.items, func(a, b *Item) int {
		i, _ := fw.Dim(a.Competency)
		k, _ := fw.Dim(b.Competency)
		return cmp.Or(cmp.Compare(i, k), cmp.Compare(a.ID, b.ID))
	})
	l.acrossItems()
	return l
}

func (l *loader) addf(file, format string, args ...any) {
	l.problems = append(l.problems, &strictyaml.Problem{File: file, Reason: fmt.Sprintf(format, args...)})
}

func (l *loader) bankFile() {
	file := path.Join(l.dir, "bank.yaml")
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		l.addf(file, "bank.yaml is missing: it names the framework that the bank measures")
		return
	}
	var src bankSource
	doc, err := strictyaml.Decode(file, 0, data, &src)
	if err != nil {
		l.problems = append(l.problems, err)
		return
	}
	if !slugForm.MatchString(src.Bank) || src.Bank != path.Base(l.dir) {
		doc.Addf("bank", "bank %q: its name is that of its folder, in lower case, digits and hyphens", src.Bank)
	}
	if src.Framework != l.fw.Code || src.Version != l.fw.Version {
		doc.Addf("framework", "the bank measures %s %s and is read with %s", src.Framework, src.Version, l.fw.Name())
	}
	if !langForm.MatchString(src.Language) {
		doc.Addf("language", "language %q is no language tag such as fr or en", src.Language)
	}
	if strings.TrimSpace(src.Licence) == "" {
		doc.Addf("licence", "licence is empty: give its SPDX identifier")
	}
	if err := doc.Err(); err != nil {
		l.problems = append(l.problems, err)
	}
	*l.bank = Bank{
		Name: src.Bank, Framework: l.fw.Code, FrameworkVersion: l.fw.Version, FrameworkSHA256: l.fw.SHA256,
		Language: src.Language, Licence: src.Licence, fw: l.fw,
	}
}

// competency reads the items of one folder, and refuses the files that none of them uses.
func (l *loader) competency(code string) {
	folder := path.Join(l.dir, code)
	if _, ok := l.fw.Competency(code); !ok {
		l.addf(folder, "%s has no competency %q", l.fw.Name(), code)
		return
	}
	entries, err := fs.ReadDir(l.fsys, folder)
	if err != nil {
		l.addf(folder, "the folder cannot be read: %v", err)
		return
	}
	used := map[string]bool{}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".md") {
			it, images := l.item(folder, e.Name())
			for _, name := range images {
				used[name] = true
			}
			if it != nil {
				l.bank.items = append(l.bank.items, it)
			}
		}
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".md") && !used[e.Name()] {
			l.addf(path.Join(folder, e.Name()), "no item of the folder shows this file")
		}
	}
}

// item reads one file, with the names of the images it shows. It is nil when something is wrong.
func (l *loader) item(folder, name string) (*Item, []string) {
	file := path.Join(folder, name)
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		l.addf(file, "the file cannot be read: %v", err)
		return nil, nil
	}
	p, err := parseFile(file, data)
	if err != nil {
		l.problems = append(l.problems, err)
		return nil, nil
	}
	p.check(l.fw)
	p.checkPlace(path.Base(folder), strings.TrimSuffix(name, ".md"), l.bank.Language)
	images := p.readImages(l.fsys, folder)
	var stage *world
	if slug := p.doc.Source.Scenario; p.doc.Source.Type == Scenario && slugForm.MatchString(slug) {
		stage = l.world(slug)
		p.checkWorld(stage)
	}
	if err := p.yaml.Err(); err != nil {
		l.problems = append(l.problems, err)
		return nil, images
	}
	var played *scenario.Scenario
	if stage != nil {
		p.doc.ScenarioYAML, p.doc.ScenarioImages, played = string(stage.text), stage.images, stage.scenario
	}
	it := newItem(p.doc, file, played)
	it.lines = p.lines()
	return it, images
}

// world reads a scenario once; nil when it cannot be used.
func (l *loader) world(slug string) *world {
	if w, ok := l.worlds[slug]; ok {
		return w
	}
	l.worlds[slug] = nil
	folder := path.Join("scenarios", slug)
	file := path.Join(folder, "scenario.yaml")
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		return nil
	}
	parsed, err := scenario.Parse(file, data)
	if err != nil {
		l.problems = append(l.problems, located(err)...)
		return nil
	}
	w := &world{scenario: parsed, text: data}
	for _, name := range parsed.Files() {
		image, reason := readImage(l.fsys, folder, name)
		if reason != "" {
			l.addf(path.Join(folder, name), "%s", reason)
			return nil
		}
		w.images = append(w.images, image)
	}
	l.worlds[slug] = w
	return w
}

// located turns the problems of a scenario's file into those of this package.
func located(err error) []error {
	var out []error
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range list.Unwrap() {
			out = append(out, located(e)...)
		}
		return out
	}
	var one *scenario.ParseError
	if errors.As(err, &one) {
		return []error{&strictyaml.Problem{File: one.File, Line: one.Line, Reason: one.Reason}}
	}
	return []error{err}
}

// acrossItems checks what concerns several items: ids, and families, whose variants measure one competency.
func (l *loader) acrossItems() {
	ids, families := map[string]*Item{}, map[string]*Item{}
	for _, it := range l.bank.items {
		if first, ok := ids[it.ID]; ok {
			l.addf(it.File, "the id %s is that of %s too", it.ID, first.File)
		}
		ids[it.ID] = it
		if it.Family == "" {
			continue
		}
		if first, ok := families[it.Family]; ok && first.Competency != it.Competency {
			l.addf(it.File, "the family %s has items of %s and of %s: a family stays within one competency", it.Family, first.Competency, it.Competency)
		}
		families[it.Family] = it
	}
}
