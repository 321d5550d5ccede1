// Package locales embeds the interface texts: fr.toml is the source, en.toml its complete translation.
//
// One message is one line, so that two people who add messages merge without a conflict; the files are a strict
// subset of TOML read by internal/platform/i18n, which states it.
package locales

import "embed"

// Files holds fr.toml and en.toml.
//
//go:embed fr.toml en.toml
var Files embed.FS
