package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"galien/internal/framework"
	"galien/internal/item"
)

type contentReportCmd struct {
	folder
}

// Run prints for each bank what it covers: competency × level × type, the capacities without item, and the shares of
// accessible items and of sources that were read.
func (c *contentReportCmd) Run(out io.Writer) error {
	a, err := c.read()
	if err != nil {
		return err
	}
	for _, b := range a.banks {
		for _, fw := range a.frameworks {
			if fw.Code == b.Framework && fw.Version == b.FrameworkVersion {
				if err := printCoverage(out, b, fw); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func printCoverage(out io.Writer, b *item.Bank, fw *framework.Framework) error {
	types := []item.Type{item.Single, item.Multiple, item.Text, item.Order, item.Match, item.Scenario}
	fmt.Fprintf(out, "bank %s, %s, %d items\n\n", b.Name, fw.Name(), b.Len())
	t := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "competency\titems\tlevel 1\t2\t3\t4\t")
	for _, k := range types {
		fmt.Fprintf(t, "%s\t", k)
	}
	fmt.Fprintln(t)
	for _, row := range item.CoverageOf(b) {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t", row.Competency, row.Items(), row.Levels[0], row.Levels[1], row.Levels[2], row.Levels[3])
		for _, k := range types {
			fmt.Fprintf(t, "%d\t", count(b, func(it *item.Item) bool { return it.Competency == row.Competency && it.Type == k }))
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\ncapacities without item: %s\n", missingCapacities(b, fw))
	fmt.Fprintf(out, "accessible to every assistive technology: %s\n", share(count(b, func(it *item.Item) bool { return it.Accessible }), b.Len()))
	read, all := 0, 0
	for _, it := range b.Items() {
		for _, s := range it.Sources() {
			all++
			if s.Verified.Done() {
				read++
			}
		}
	}
	fmt.Fprintf(out, "sources that an author read: %s\n", share(read, all))
	reviewed := count(b, func(it *item.Item) bool { return len(it.Reviews()) > 0 || it.Type == item.Scenario })
	_, err := fmt.Fprintf(out, "items answered by a second reader: %s\n", share(reviewed, b.Len()))
	return err
}

func count(b *item.Bank, which func(*item.Item) bool) int {
	n := 0
	for _, it := range b.Items() {
		if which(it) {
			n++
		}
	}
	return n
}

func share(part, whole int) string {
	if whole == 0 {
		return "none"
	}
	return fmt.Sprintf("%d of %d (%d %%)", part, whole, 100*part/whole)
}

func missingCapacities(b *item.Bank, fw *framework.Framework) string {
	missing := map[string]bool{}
	for _, c := range fw.Competencies() {
		for _, capacity := range c.Capacities {
			missing[capacity.Code] = true
		}
	}
	for _, it := range b.Items() {
		for _, capacity := range it.Capacities {
			delete(missing, capacity)
		}
	}
	if len(missing) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(missing)), ", ")
}
