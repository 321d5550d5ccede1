// Package study is the psychometricians' work on the bank: calibrations from the answers that people gave, analyses of how the
// items behave in them, and simulations of its exams. Each is asked for, runs in the background and is read; estimates are
// accepted item by item. Nothing of it changes the bank by itself.
//
// A study holds no person: items with their counts and estimates, of MinPersons people at least (trust.md: smaller groups are
// not shown).
package study

import (
	"encoding/json"
	"fmt"
	"slices"

	"galien/internal/item"
	"galien/internal/measure/simulation"
	"galien/internal/platform/id"
)

// Kind is what a study does.
type Kind string

// The kinds.
const (
	Calibration Kind = "calibration" // estimates parameters of items from answers
	Analysis    Kind = "analysis"    // looks at how items behave in answers
	Simulation  Kind = "simulation"  // gives an exam to simulated people
)

// Status says where a study is.
type Status string

// The statuses.
const (
	Queued    Status = "queued"
	Running   Status = "running"
	Done      Status = "done"
	Failed    Status = "failed"
	Cancelled Status = "cancelled"
)

// Over reports whether nothing more will happen to the study by itself.
func (s Status) Over() bool { return s != Queued && s != Running }

// Study is a study as asked for, how far it is, and what came out.
type Study struct {
	ID        id.ID
	Kind      Kind
	Bank      string
	Release   string // SHA-256 of the release that was in service when it was asked for
	Choice    Choice // of a calibration or an analysis
	Trial     Trial  // of a simulation
	Status    Status
	AskedBy   id.ID
	AskedAt   int64
	TouchedAt int64  // last sign of life
	Iteration int    // of a simulation, how many people had their exam
	LeftMS    int64  // 0: unknown
	Fault     string // code of why it Failed
	EndedAt   *int64

	// What came out, by kind; nil until Done.
	Result  *Result
	Quality *Quality
	Outcome *simulation.Report
}

// Result is what a calibration found.
type Result struct {
	Data       Data       `json:"data"`
	Method     Method     `json:"method"`
	Fit        Fit        `json:"fit"`
	Population Population `json:"population"`
	Items      []Estimate `json:"items"` // in the order of the bank, then those of versions that it no longer holds
}

// Data is what was read. Read again under the same choice, the same answers have the same digest.
type Data struct {
	Persons int    `json:"persons"`
	Answers int    `json:"answers"`
	Items   int    `json:"items"`
	LeftOut int    `json:"leftOut"` // items that too few people answered to be shown: their answers were not used
	SHA256  string `json:"sha256"`  // of the answers, one a line «person item@version category», in the order of the reading
}

// Method is how the parameters were estimated.
type Method struct {
	Algorithm string  `json:"algorithm"` // versions of the estimation and of the change of scale
	Nodes     int     `json:"nodes"`
	Range     float64 `json:"range"`  // the nodes are on [-Range, Range]
	Errors    string  `json:"errors"` // how standard errors were computed
	Anchors   int     `json:"anchors"`
}

// Fit says how the estimation ended.
type Fit struct {
	LogLikelihood float64  `json:"logLikelihood"`
	Parameters    int      `json:"parameters"`
	Iterations    int      `json:"iterations"`
	Change        float64  `json:"change"` // the largest of the last iteration
	Converged     bool     `json:"converged"`
	Reason        string   `json:"reason"` // small_change, flat, limit
	Warnings      []string `json:"warnings"`
}

// Population is the estimated distribution of the one ability in the sample: N(0, 1) by definition without anchors.
type Population struct {
	Estimated bool    `json:"estimated"`
	Mean      float64 `json:"mean"`
	SD        float64 `json:"sd"`
}

// Estimate is what was found of an item in a version.
type Estimate struct {
	item.Ref
	Competency string           `json:"competency"`
	Status     EstimateStatus   `json:"status"`
	N          int64            `json:"n"` // 0 when fewer than MinPersons
	InForce    item.Parameters  `json:"inForce"`
	Estimated  *item.Parameters `json:"estimated,omitempty"` // nil unless Calibrated
	Flags      []Flag           `json:"flags"`
}

// EstimateStatus says what the calibration did with an item.
type EstimateStatus string

// The statuses of an item.
const (
	Calibrated   EstimateStatus = "calibrated"
	Anchored     EstimateStatus = "anchored"       // held at the parameters in force
	Hidden       EstimateStatus = "hidden"         // answered by fewer than MinPersons: left out
	NoEstimate   EstimateStatus = "no_estimate"    // all answers alike, or a category that nobody reached
	OffScale     EstimateStatus = "off_scale"      // steeper on the one dimension than its competency can be
	NotAnswered  EstimateStatus = "not_answered"   // by nobody of the sample
	NotInService EstimateStatus = "not_in_service" // calibrated, in a version that the bank no longer serves
)

// Flag warns of an estimate.
type Flag string

// The flags. All but Moved keep an estimate from being accepted.
const (
	Few   Flag = "few"   // fewer answers than the study asks for
	Moved Flag = "moved" // its location is MovedBy or more from the one in force
	Bound Flag = "bound" // a bound of the search holds a parameter
	Vague Flag = "vague" // no standard error could be computed
)

// MovedBy is the change of location, in logits, that is flagged.
const MovedBy = 0.5

// MinPersons is the smallest group of people that anything is shown of (trust.md).
const MinPersons = 11

// Acceptable reports whether the item's estimate may be accepted: there is one, of enough answers, with its errors, and no
// bound made it.
func (e Estimate) Acceptable() bool {
	return e.Status == Calibrated && !e.Has(Few) && !e.Has(Bound) && !e.Has(Vague)
}

// Has reports whether the estimate has a flag.
func (e Estimate) Has(flag Flag) bool { return slices.Contains(e.Flags, flag) }

// studyRow is a study as stored.
type studyRow struct {
	ID        id.ID
	Kind      Kind
	Bank      string
	Release   string
	Choice    string
	Status    Status
	AskedBy   id.ID
	AskedAt   int64
	TouchedAt int64
	Iteration int
	LeftMS    int64
	Result    *string
	Fault     *string
	EndedAt   *int64
}

func (r studyRow) study() (Study, error) {
	s := Study{ID: r.ID, Kind: r.Kind, Bank: r.Bank, Release: r.Release, Status: r.Status, AskedBy: r.AskedBy, AskedAt: r.AskedAt,
		TouchedAt: r.TouchedAt, Iteration: r.Iteration, LeftMS: r.LeftMS, EndedAt: r.EndedAt}
	if r.Fault != nil {
		s.Fault = *r.Fault
	}
	read := func(choice any, result any) error {
		if err := json.Unmarshal([]byte(r.Choice), choice); err != nil || r.Result == nil {
			return err
		}
		return json.Unmarshal([]byte(*r.Result), result)
	}
	switch r.Kind {
	case Calibration:
		return s, read(&s.Choice, &s.Result)
	case Analysis:
		return s, read(&s.Choice, &s.Quality)
	case Simulation:
		return s, read(&s.Trial, &s.Outcome)
	}
	return s, fmt.Errorf("study: unknown kind %q", r.Kind)
}
