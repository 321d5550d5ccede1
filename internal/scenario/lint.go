package scenario

import (
	"fmt"
	"slices"
)

// Severity says whether a finding stops publication.
type Severity string

// Severities.
const (
	SeverityError   Severity = "error" // not to be published
	SeverityWarning Severity = "warning"
)

// Finding is something the lint has to say about a scenario.
type Finding struct {
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`
	Message  string   `json:"message"`
	Where    string   `json:"where"` // rule id, transcript name, target id or YAML path
}

// Codes of findings.
const (
	LintTranscript  = "transcript"   // a transcript does not apply or does not get the score it states
	LintExpert      = "expert"       // no expert transcript, or not the full score
	LintIdle        = "idle"         // doing nothing earns points
	LintSpray       = "spray"        // opening and following everything earns too much
	LintReportAll   = "report_all"   // reporting everything earns too much
	LintRandom      = "random"       // acting at random earns too much
	LintUnreachable = "unreachable"  // no play satisfies a rule or a cap
	LintUnused      = "unused"       // a target that no rule, text or transcript uses
	LintAlternative = "alternative"  // an image without a text alternative
	LintTelltale    = "telltale"     // an identifier or a file name that may give the answer away
	LintReading     = "reading_time" // more words than the stated duration lets one read
	LintDuplicate   = "duplicate"    // a rule identifier used twice
	LintWhy         = "why"          // a rule or a cap without its reason
	LintTitle       = "title"        // a rule or a cap without a title, or with a long one
	LintRestraint   = "restraint"    // a rule of restraint that forbids nothing
)

// Bounds of the strategies that know nothing of the subject.
const (
	BlindCredit  = 0.25 // highest credit of spraying or of reporting everything
	RandomMean   = 0.35 // highest mean credit of the random walks: with it, the typical walk is in category 0 or 1
	RandomWalks  = 200
	expertName   = "expert"
	wordsMinute  = 200 // silent reading of an adult, slow side, texts for work
	creditMargin = 1e-6
	titleLength  = 80 // characters of the title of a rule or a cap: it is read at a glance
)

// Figures are what the lint measured. Credits are between 0 and 1.
type Figures struct {
	Expert      float64 `json:"expert"`
	Idle        float64 `json:"idle"`
	Spray       float64 `json:"spray"`
	ReportAll   float64 `json:"reportAll"`
	RandomMean  float64 `json:"randomMean"`
	RandomMax   float64 `json:"randomMax"`
	Words       int     `json:"words"`   // that a learner may read
	ReadSeconds int     `json:"reading"` // seconds to read them all
}

// Lint plays transcripts and blind strategies and inspects the texts. One of the transcripts is named expert. The
// findings come in a fixed order; the same scenario always gives the same ones.
func Lint(s *Scenario, transcripts []Transcript) ([]Finding, Figures) {
	l := linter{s: s}
	l.transcripts(transcripts)
	l.strategies()
	l.reachable()
	l.unused(transcripts)
	l.texts()
	l.ruleHeads()
	return l.findings, l.figures
}

type linter struct {
	s        *Scenario
	findings []Finding
	figures  Figures
	states   []State // every final state met while playing
}

func (l *linter) addf(sev Severity, code, where, format string, args ...any) {
	l.findings = append(l.findings, Finding{sev, code, fmt.Sprintf(format, args...), where})
}

// credit scores a final state and keeps it for the search of unreachable rules.
func (l *linter) credit(st State) float64 {
	l.states = append(l.states, l.s.settled(st))
	return l.s.Score(st).Credit
}

func (l *linter) transcripts(list []Transcript) {
	if !slices.ContainsFunc(list, func(t Transcript) bool { return t.Name == expertName }) {
		l.addf(SeverityError, LintExpert, expertName, "no transcript named %s", expertName)
	}
	for _, t := range list {
		if t.Scenario != l.s.ID {
			l.addf(SeverityError, LintTranscript, t.Name, "written for the scenario %q", t.Scenario)
		}
		st, err := l.s.Fold(t.Events)
		if err != nil {
			l.addf(SeverityError, LintTranscript, t.Name, "%v", err)
			continue
		}
		got, category := l.credit(st), l.s.Score(st).Category
		if got-t.Credit > creditMargin || t.Credit-got > creditMargin || category != t.Category {
			l.addf(SeverityError, LintTranscript, t.Name, "credit %g and category %d stated, %g and %d scored", t.Credit, t.Category, got, category)
		}
		if t.Name == expertName {
			l.expert(st)
		}
	}
}

func (l *linter) expert(st State) {
	res := l.s.Score(st)
	l.figures.Expert = res.Credit
	if res.Credit < 1 {
		l.addf(SeverityError, LintExpert, expertName, "the expert gets %g, not the full score: %v", res.Credit, missed(res))
	}
	if !st.Finished {
		l.addf(SeverityError, LintExpert, expertName, "the expert does not finish")
	}
}

func missed(res Result) []string {
	var ids []string
	for _, r := range res.Rules {
		if !r.Satisfied {
			ids = append(ids, r.ID)
		}
	}
	for _, c := range res.Caps {
		if c.Applies {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func (l *linter) strategies() {
	l.figures.Idle = l.credit(l.s.idle())
	if l.figures.Idle > 0 {
		l.addf(SeverityError, LintIdle, "idle", "doing nothing gets %g", l.figures.Idle)
	}
	l.figures.Spray = l.credit(l.s.spray())
	if l.figures.Spray > BlindCredit {
		l.addf(SeverityError, LintSpray, "spray", "opening and following everything gets %g, more than %g", l.figures.Spray, BlindCredit)
	}
	l.figures.ReportAll = max(l.credit(l.s.reportAll(false)), l.credit(l.s.reportAll(true)))
	if l.figures.ReportAll > BlindCredit {
		l.addf(SeverityError, LintReportAll, "report_all", "reporting everything gets %g, more than %g", l.figures.ReportAll, BlindCredit)
	}
	sum := 0.0
	for seed := range uint64(RandomWalks) {
		credit := l.credit(l.s.wander(seed))
		sum += credit
		l.figures.RandomMax = max(l.figures.RandomMax, credit)
	}
	l.figures.RandomMean = round6(sum / RandomWalks)
	top := l.s.src.Thresholds[2]
	if l.figures.RandomMean > RandomMean || l.figures.RandomMax >= top {
		l.addf(SeverityError, LintRandom, "random", "random walks get %g on average (at most %g) and %g at best (less than %g)",
			l.figures.RandomMean, RandomMean, l.figures.RandomMax, top)
	}
}
