// Package content embeds the authored content: frameworks, items and scenarios, licensed CC BY-SA 4.0. The folders are
// those of docs/authoring.md.
package content

import (
	"embed"
	"io/fs"
)

//go:embed frameworks items scenarios
var embedded embed.FS

// FS returns the content: frameworks/<slug>.yaml, items/<bank>/bank.yaml, items/<bank>/<competency>/<id>.md,
// scenarios/<slug>/scenario.yaml.
func FS() fs.FS { return embedded }
