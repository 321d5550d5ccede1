package htmlcheck

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
)

// Where npm puts the checkers, in e2e.
const (
	validateScript = "node_modules/html-validate/bin/html-validate.mjs"
	nuArchive      = "node_modules/vnu-jar/build/dist/vnu.jar"
)

// htmlValidate runs html-validate over a folder, with the rules of e2e/.htmlvalidate.json.
func htmlValidate(npm, dir string) (map[string][]Finding, error) {
	out, err := run("node", filepath.Join(npm, validateScript), "--config", filepath.Join(npm, ".htmlvalidate.json"),
		"--formatter", "json", "--ext", "html", dir)
	if err != nil {
		return nil, err
	}
	var files []struct {
		FilePath string
		Messages []struct {
			RuleID, Message string
			Line, Column    int
		}
	}
	if err := json.Unmarshal(out, &files); err != nil {
		return nil, fmt.Errorf("htmlcheck: html-validate's answer: %w: %.200s", err, out)
	}
	found := map[string][]Finding{}
	for _, f := range files {
		for _, m := range f.Messages {
			found[f.FilePath] = append(found[f.FilePath], Finding{"html-validate", m.RuleID, m.Message, m.Line, m.Column})
		}
	}
	return found, nil
}

// nuChecker runs Nu over a folder and keeps its errors and its warnings, not its advice.
func nuChecker(npm, dir string) (map[string][]Finding, error) {
	out, err := run("java", "-jar", filepath.Join(npm, nuArchive), "--format", "json", "--stdout", "--exit-zero-always",
		"--skip-non-html", dir)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Messages []struct {
			Type, SubType, URL, Message      string
			FirstLine, LastLine, FirstColumn int
		}
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		return nil, fmt.Errorf("htmlcheck: Nu's answer: %w: %.200s", err, out)
	}
	found := map[string][]Finding{}
	for _, m := range answer.Messages {
		if m.Type == "info" && m.SubType != "warning" {
			continue
		}
		if m.Type == "non-document-error" {
			return nil, fmt.Errorf("htmlcheck: Nu could not read %s: %s", m.URL, m.Message)
		}
		u, err := url.Parse(m.URL)
		if err != nil {
			return nil, fmt.Errorf("htmlcheck: Nu's answer: %w", err)
		}
		line := m.FirstLine
		if line == 0 {
			// Nu leaves out the first line where it is the last.
			line = m.LastLine
		}
		path := filepath.FromSlash(u.Path)
		found[path] = append(found[path], Finding{Checker: "nu", Message: m.Message, Line: line, Column: m.FirstColumn})
	}
	return found, nil
}
