package item

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"galien/internal/framework"
	"galien/internal/framework/strictyaml"
	"galien/internal/scenario"
)

// Severity says whether a finding stops publication.
type Severity string

// Severities.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Finding is something that the check has to say about a file or, with none, about the bank.
type Finding struct {
	Severity Severity `json:"severity"`
	File     string   `json:"file,omitempty"`
	Line     int      `json:"line,omitempty"` // 0 when unknown
	Code     string   `json:"code"`
	Message  string   `json:"message"`
}

// String reads «file:line: error: message [code]».
func (f Finding) String() string {
	where := cmp.Or(f.File, "bank")
	if f.Line > 0 {
		where = fmt.Sprintf("%s:%d", where, f.Line)
	}
	return fmt.Sprintf("%s: %s: %s [%s]", where, f.Severity, f.Message, f.Code)
}

// Codes of findings.
const (
	FindFormat      = "format"              // what Load refuses
	FindStem        = "stem.length"         // more than 120 words
	FindExplanation = "explanation.length"  // not 40 to 120 words
	FindSentence    = "sentence.length"     // more than 25 words
	FindMultiple    = "stem.multiple"       // a multiple that does not say that several answers are expected
	FindNegation    = "stem.negation"       // a negation in the question, not in bold
	FindReference   = "option.reference"    // «toutes les réponses», «la première réponse»
	FindAlternative = "image.text"          // a text too short to allow answering
	FindSource      = "source.incomplete"   // neither section nor address, or neither year nor date of reading
	FindUnverified  = "source.unverified"   // no source of the item was read
	FindReviewNone  = "review.missing"      // nobody answered before seeing the key
	FindReviewKey   = "review.mismatch"     // the second reader's answer is not the key
	FindReviewStale = "review.stale"        // what the review says no longer fits the item
	FindDuplicate   = "stem.duplicate"      // two stems are nearly the same
	FindCoverage    = "coverage.competency" // fewer than 4 items
	FindLevel       = "coverage.level"      // no item of a level
	FindStrategy    = "strategy"            // a blind strategy finds the key too often
	FindCanary      = "canary"              // the candidate's view holds what belongs to the key
	FindScenario    = "scenario."           // prefix of the codes of scenario.Lint
)

// Inspect loads a bank and checks it: everything that Load refuses, as errors, then Check on the items that could be read.
func Inspect(fsys fs.FS, dir string, fw *framework.Framework) (*Bank, []Finding) {
	l := load(fsys, dir, fw)
	findings := Findings(l.problems...)
	return l.bank, append(findings, Check(l.bank)...)
}

// Findings turns the problems of Load, framework.Parse and the like into errors.
func Findings(problems ...error) []Finding {
	var out []Finding
	for _, err := range problems {
		list := strictyaml.Problems(err)
		for _, p := range list {
			out = append(out, Finding{SeverityError, p.File, p.Line, FindFormat, p.Reason})
		}
		if len(list) == 0 {
			out = append(out, Finding{Severity: SeverityError, Code: FindFormat, Message: err.Error()})
		}
	}
	return out
}

// HasErrors reports whether a finding stops publication.
func HasErrors(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == SeverityError })
}

// CheckScenarios lints every scenario of fsys with its transcripts, in scenarios/<slug>/.
func CheckScenarios(fsys fs.FS) []Finding {
	entries, err := fs.ReadDir(fsys, "scenarios")
	if err != nil {
		return []Finding{{Severity: SeverityError, File: "scenarios", Code: FindFormat, Message: err.Error()}}
	}
	var out []Finding
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, checkScenario(fsys, path.Join("scenarios", e.Name()))...)
		}
	}
	return out
}

func checkScenario(fsys fs.FS, folder string) []Finding {
	file := path.Join(folder, "scenario.yaml")
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return []Finding{{Severity: SeverityError, File: file, Code: FindFormat, Message: "the file is missing"}}
	}
	s, err := scenario.Parse(file, data)
	if err != nil {
		return Findings(located(err)...)
	}
	transcripts, out := readTranscripts(fsys, path.Join(folder, "transcripts"))
	for _, name := range s.Files() {
		if _, reason := readImage(fsys, folder, name); reason != "" {
			out = append(out, Finding{Severity: SeverityError, File: path.Join(folder, name), Code: FindFormat, Message: reason})
		}
	}
	found, _ := scenario.Lint(s, transcripts)
	for _, f := range found {
		out = append(out, Finding{Severity(f.Severity), file, 0, FindScenario + f.Code, f.Where + ": " + f.Message})
	}
	return out
}

func readTranscripts(fsys fs.FS, folder string) ([]scenario.Transcript, []Finding) {
	names, err := fs.Glob(fsys, path.Join(folder, "*.yaml"))
	if err != nil {
		return nil, Findings(err)
	}
	var transcripts []scenario.Transcript
	var out []Finding
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err == nil {
			var t scenario.Transcript
			if t, err = scenario.ParseTranscript(name, data); err == nil {
				transcripts = append(transcripts, t)
				continue
			}
		}
		out = append(out, Findings(located(err)...)...)
	}
	return transcripts, out
}
