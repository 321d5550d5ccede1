// Package assets embeds the style, script and images of the interface, built from src by tools/bundle.
package assets

import (
	"embed"
	"encoding/json"
	"io/fs"
	"sync"
)

// Prefix is the path under which Dist is served. Each name holds the hash of its content: cache it for ever.
const Prefix = "/assets/"

//go:embed dist
var embedded embed.FS

// Dist returns the files to serve under Prefix.
func Dist() fs.FS {
	dist, err := fs.Sub(embedded, "dist")
	if err != nil {
		return embedded // unreachable: the folder is embedded above
	}
	return dist
}

// manifest maps «app.css» to «app.1a2b3c4d5e.css», and «sources» to the hash of src.
var manifest = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	text, err := embedded.ReadFile("dist/manifest.json")
	if err != nil || json.Unmarshal(text, &names) != nil {
		return nil
	}
	return names
})

// URL returns the address of the asset name, such as "app.css". An unknown name returns Prefix + name, which
// answers 404.
func URL(name string) string {
	if hashed, ok := manifest()[name]; ok {
		return Prefix + hashed
	}
	return Prefix + name
}
