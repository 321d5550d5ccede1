package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// settings are those of a galien.json, under the names of the flags that an environment variable can set too. The
// others are of one command at one moment: a file must not decide where a demonstration puts its data.
type settings map[string]setting

type setting struct {
	name  string // as the file writes it
	value any
}

// readSettings reads the file. Names may be written with hyphens, as flags are, or with underscores.
func readSettings(r io.Reader) (kong.Resolver, error) {
	var values map[string]any
	if err := json.NewDecoder(r).Decode(&values); err != nil {
		return nil, fmt.Errorf("it is not a JSON object (%w): mend it, or remove it", err)
	}
	s := settings{}
	for name, value := range values {
		flag := strings.ReplaceAll(name, "_", "-")
		if _, twice := s[flag]; twice {
			return nil, fmt.Errorf("the setting %q is there twice, with hyphens and with underscores: remove one", flag)
		}
		s[flag] = setting{name, value}
	}
	return s, nil
}

// Validate refuses a setting that no flag bears: it would be of no effect, and nobody would know.
func (s settings) Validate(model *kong.Application) error {
	known := map[string]bool{}
	err := kong.Visit(model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && len(flag.Envs) > 0 {
			known[flag.Name] = true
		}
		return next(nil)
	})
	for _, flag := range slices.Sorted(maps.Keys(s)) {
		if !known[flag] {
			return fmt.Errorf("galien.json: the setting %q is unknown, or a command line's only: write the name of a flag of `galien serve`", s[flag].name)
		}
	}
	return err
}

// Resolve gives a flag its value. The environment comes before the file.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	set := func(env string) bool { _, ok := os.LookupEnv(env); return ok }
	if len(flag.Envs) == 0 || slices.ContainsFunc(flag.Envs, set) {
		return nil, nil
	}
	return s[flag.Name].value, nil
}
