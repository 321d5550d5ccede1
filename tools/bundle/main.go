// Command bundle builds the style and script of the interface: assets/src → assets/dist, with the hash of each
// content in its name and a manifest. Run it from the tools folder:
//
//	go run ./bundle          write assets/dist
//	go run ./bundle -check   fail when assets/dist is not what assets/src gives
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const manifestName = "manifest.json"

func main() {
	root := flag.String("root", "../assets", "the assets folder")
	check := flag.Bool("check", false, "compare with dist instead of writing it")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	files, err := build(filepath.Join(root, "src"))
	if err != nil {
		return err
	}
	dist := filepath.Join(root, "dist")
	if check {
		return compare(dist, files)
	}
	return write(dist, files)
}

// build returns the files of dist by name: bundles, images and the manifest.
func build(src string) (map[string][]byte, error) {
	contents := map[string][]byte{}
	for _, entry := range []string{"app.css", "app.ts"} {
		bundled, err := bundle(filepath.Join(src, entry))
		if err != nil {
			return nil, err
		}
		contents[strings.Replace(entry, ".ts", ".js", 1)] = bundled
	}
	sources, err := digest(src)
	if err != nil {
		return nil, err
	}
	images, err := filepath.Glob(filepath.Join(src, "*.svg"))
	if err != nil {
		return nil, err
	}
	for _, image := range images {
		content, err := os.ReadFile(image)
		if err != nil {
			return nil, err
		}
		contents[filepath.Base(image)] = content
	}
	return withHashes(contents, sources)
}

func withHashes(contents map[string][]byte, sources string) (map[string][]byte, error) {
	files, manifest := map[string][]byte{}, map[string]string{"sources": sources}
	for name, content := range contents {
		sum := sha256.Sum256(content)
		ext := filepath.Ext(name)
		manifest[name] = strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
		files[manifest[name]] = content
	}
	text, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return nil, err
	}
	files[manifestName] = append(text, '\n')
	return files, nil
}

// digest returns the hash of the sources, by which the tests of assets know that dist is current without a bundler.
func digest(src string) (string, error) {
	entries, err := os.ReadDir(src)
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(src, entry.Name()))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(hash, "%s %d\n%s", entry.Name(), len(content), content)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func bundle(entry string) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{entry},
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		Format:            api.FormatESModule,
		LegalComments:     api.LegalCommentsNone,
		// Browsers of the last four years: hospital machines are not new.
		Engines: []api.Engine{{Name: api.EngineChrome, Version: "109"}, {Name: api.EngineFirefox, Version: "115"},
			{Name: api.EngineSafari, Version: "16.4"}},
	})
	if len(result.Errors) > 0 || len(result.Warnings) > 0 {
		messages := api.FormatMessages(append(result.Errors, result.Warnings...), api.FormatMessagesOptions{})
		return nil, fmt.Errorf("%s", strings.Join(messages, ""))
	}
	return result.OutputFiles[0].Contents, nil
}

func compare(dist string, files map[string][]byte) error {
	entries, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if wanted := slices.Sorted(maps.Keys(files)); !slices.Equal(names, wanted) {
		return fmt.Errorf("assets/dist is not current: it has %v, the sources give %v", names, wanted)
	}
	for name, content := range files {
		current, err := os.ReadFile(filepath.Join(dist, name))
		if err != nil {
			return err
		}
		if string(current) != string(content) {
			return fmt.Errorf("assets/dist/%s is not current", name)
		}
	}
	return nil
}

func write(dist string, files map[string][]byte) error {
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := os.WriteFile(filepath.Join(dist, name), files[name], 0o644); err != nil {
			return err
		}
		fmt.Printf("%-24s %6d bytes\n", name, len(files[name]))
	}
	return nil
}
