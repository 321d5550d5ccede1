package item

import (
	"fmt"

	"galien/internal/framework"
	"galien/internal/measure"
	"galien/internal/platform/audit"
)

// Algorithm names the scoring and measuring rules that a release pins. It changes with any of them.
const Algorithm = "item/1 measure/2 scenario/2"

// Manifest is what an attempt pins. It is stored and digested as audit.Canonical writes it.
type Manifest struct {
	Bank      string       `json:"bank"`
	Framework FrameworkRef `json:"framework"`
	Language  string       `json:"language"`
	Licence   string       `json:"licence"`
	Algorithm string       `json:"algorithm"`
	Items     []Entry      `json:"items"` // in the bank's order
}

// FrameworkRef names a framework version and the digest of its document.
type FrameworkRef struct {
	Code    string `json:"code"`
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
}

// Entry is an item of a release: its document's digest and the parameters it serves with.
type Entry struct {
	ID         string     `json:"id"`
	Version    int        `json:"version"`
	Language   string     `json:"language"`
	SHA256     string     `json:"sha256"` // of the canonical document, hexadecimal
	Competency string     `json:"competency"`
	Family     string     `json:"family,omitempty"`
	Seconds    int        `json:"seconds"`
	Accessible bool       `json:"accessible"`
	Parameters Parameters `json:"parameters"`
}

// Release is a manifest and its digest.
type Release struct {
	SHA256   string // of the manifest's canonical JSON, hexadecimal
	Manifest Manifest
}

// Released makes the release of a bank, with expert parameters, without storing it.
func Released(b *Bank) (Release, error) {
	r, _, err := release(b, nil)
	return r, err
}

// release returns the release, with the parameters in force, and the canonical document of each of its items, in order.
func release(b *Bank, inForce map[Ref]Accepted) (Release, [][]byte, error) {
	m := Manifest{
		Bank: b.Name, Framework: FrameworkRef{b.Framework, b.FrameworkVersion, b.FrameworkSHA256},
		Language: b.Language, Licence: b.Licence, Algorithm: Algorithm,
	}
	var documents [][]byte
	for _, it := range b.items {
		text, sha, err := it.Document()
		if err != nil {
			return Release{}, nil, err
		}
		documents = append(documents, text)
		m.Items = append(m.Items, Entry{
			ID: it.ID, Version: it.Version, Language: it.Lang, SHA256: sha, Competency: it.Competency, Family: it.Family,
			Seconds: it.Seconds, Accessible: it.Accessible, Parameters: it.served(inForce),
		})
	}
	_, sha, err := m.canonical()
	return Release{SHA256: sha, Manifest: m}, documents, err
}

func (m Manifest) canonical() (text []byte, sha string, err error) {
	if text, err = audit.Canonical(m); err != nil {
		return nil, "", fmt.Errorf("manifest: %w", err)
	}
	return text, digest(text), nil
}

// Published is a stored release, ready to serve: the bank with its keys and scenarios, its framework, and the items for
// the measurement engine. It is never changed and may be shared between goroutines.
type Published struct {
	Release
	Bank      *Bank
	Framework *framework.Framework
}

// Measure returns an item of the release for the measurement engine, with the parameters that the release pins, whatever
// this program would now give it. dim is its competency's place in the framework.
func (p *Published) Measure(it *Item, dim int) measure.Item {
	for _, e := range p.Manifest.Items {
		if e.ID == it.ID {
			return e.measure(dim)
		}
	}
	return it.Measure(dim)
}

// measure is the entry for the engine. The model's name was checked when the release was made or read.
func (e Entry) measure(dim int) measure.Item {
	return e.Parameters.measure(measure.Item{ID: e.ID, Dim: dim, Family: e.Family, Seconds: e.Seconds})
}

// check refuses a manifest that the framework or the measurement engine cannot serve.
func (m Manifest) check(fw *framework.Framework) error {
	if fw.SHA256 != m.Framework.SHA256 {
		return fmt.Errorf("release: the stored framework %s is not the one that the release names", fw.Name())
	}
	for _, e := range m.Items {
		dim, ok := fw.Dim(e.Competency)
		if !ok {
			return fmt.Errorf("release: item %s: %s has no competency %s", e.ID, fw.Name(), e.Competency)
		}
		it := e.measure(dim)
		if err := it.Validate(); err != nil {
			return fmt.Errorf("release: %w", err)
		}
	}
	return nil
}
