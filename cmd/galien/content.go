package main

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/goccy/go-yaml"

	"galien/content"
	"galien/internal/framework"
	"galien/internal/item"
	"galien/internal/platform/clock"
)

type contentCmd struct {
	Check  contentCheckCmd  `cmd:"" help:"Check frameworks, items and scenarios; fails on an error."`
	Blind  contentBlindCmd  `cmd:"" help:"Print the items without their keys, for a second reader."`
	Review contentReviewCmd `cmd:"" help:"Compare a second reader's answers with the keys and write the reviews."`
	Report contentReportCmd `cmd:"" help:"Print what the items cover."`
}

// folder is a content folder, in the layout of docs/authoring.md.
type folder struct {
	Dir string `arg:"" optional:"" help:"Content folder; the embedded content by default." placeholder:"DIR"`
}

// open is the folder's files.
func (f folder) open() (fs.FS, error) {
	if f.Dir == "" {
		return content.FS(), nil
	}
	for _, name := range []string{"frameworks", "items", "scenarios"} {
		if info, err := os.Stat(path.Join(f.Dir, name)); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("%s is no content folder, it has no folder %s: give the one that holds frameworks, items and scenarios", f.Dir, name)
		}
	}
	return os.DirFS(f.Dir), nil
}

// authored is everything in a content folder, with what the checks have to say.
type authored struct {
	files      fs.FS
	frameworks []*framework.Framework
	banks      []*item.Bank
	findings   []item.Finding
}

// read loads and checks all frameworks, banks and scenarios.
func (f folder) read() (*authored, error) {
	files, err := f.open()
	if err != nil {
		return nil, err
	}
	a := &authored{files: files}
	if err := a.readFrameworks(); err != nil {
		return nil, err
	}
	if err := a.readBanks(); err != nil {
		return nil, err
	}
	a.findings = append(a.findings, item.CheckScenarios(files)...)
	return a, nil
}

func (a *authored) readFrameworks() error {
	names, err := fs.Glob(a.files, "frameworks/*.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := fs.ReadFile(a.files, name)
		if err != nil {
			return err
		}
		fw, err := framework.Parse(name, data)
		if err != nil {
			a.findings = append(a.findings, item.Findings(err)...)
			continue
		}
		a.frameworks = append(a.frameworks, fw)
	}
	return nil
}

func (a *authored) readBanks() error {
	names, err := fs.Glob(a.files, "items/*/bank.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := fs.ReadFile(a.files, name)
		if err != nil {
			return err
		}
		fw := a.frameworkOf(data)
		if fw == nil {
			a.findings = append(a.findings, item.Finding{Severity: item.SeverityError, File: name, Line: 1, Code: item.FindFormat,
				Message: "the framework and version it names are not among the frameworks that could be read"})
			continue
		}
		bank, findings := item.Inspect(a.files, path.Dir(name), fw)
		a.banks = append(a.banks, bank)
		a.findings = append(a.findings, findings...)
	}
	return nil
}

// frameworkOf finds the framework that a bank.yaml names; what else is wrong in the file is item.Inspect's to say.
func (a *authored) frameworkOf(bank []byte) *framework.Framework {
	var names struct {
		Framework string `yaml:"framework"`
		Version   string `yaml:"version"`
	}
	if err := yaml.Unmarshal(bank, &names); err != nil {
		return nil
	}
	for _, fw := range a.frameworks {
		if fw.Code == names.Framework && fw.Version == names.Version {
			return fw
		}
	}
	return nil
}

type contentCheckCmd struct {
	folder
}

// Run prints every finding as file:line: severity code: message, then the figures.
func (c *contentCheckCmd) Run(out io.Writer) error {
	watch := clock.Start()
	a, err := c.read()
	if err != nil {
		return err
	}
	errors, warnings := 0, 0
	for _, f := range a.findings {
		fmt.Fprintln(out, place(f)+": "+string(f.Severity)+" "+f.Code+": "+f.Message)
		if f.Severity == item.SeverityError {
			errors++
		} else {
			warnings++
		}
	}
	for _, b := range a.banks {
		printStrategies(out, b)
	}
	scenarios, err := fs.Glob(a.files, "scenarios/*/scenario.yaml")
	if err != nil {
		return err
	}
	items := 0
	for _, b := range a.banks {
		items += b.Len()
	}
	fmt.Fprintf(out, "%d frameworks, %d items in %d banks, %d scenarios: %d errors, %d warnings, in %d ms\n",
		len(a.frameworks), items, len(a.banks), len(scenarios), errors, warnings, watch.Elapsed().Milliseconds())
	if errors > 0 {
		return fmt.Errorf("the content has %d errors: mend the files named above", errors)
	}
	return nil
}

// place is file:line, the form that editors follow; a finding about the whole bank or file has line 0.
func place(f item.Finding) string { return fmt.Sprintf("%s:%d", cmp.Or(f.File, "bank"), f.Line) }

func printStrategies(out io.Writer, b *item.Bank) {
	fmt.Fprintf(out, "\n%-22s %-9s %5s %7s %7s   strategies that know nothing, bank %s\n", "strategy", "type", "items", "finds", "chance", b.Name)
	for _, s := range item.Strategies(b) {
		fmt.Fprintf(out, "%-22s %-9s %5d %5.0f %% %5.0f %%\n", s.Strategy, s.Type, s.Items, 100*s.Rate, 100*s.Chance)
	}
	fmt.Fprintln(out)
}
