package scenario

import (
	"math"
	"strings"
)

// Result is the score of a state, with the reason of each point, for the learner once the attempt is closed and for
// the jury. It names rules: it must not be sent while the attempt is open.
type Result struct {
	Credit   float64      `json:"credit"`   // 0..1, rounded to 1e-6
	Category int          `json:"category"` // 0..3
	Points   int          `json:"points"`
	Max      int          `json:"max"`
	Cap      float64      `json:"cap"` // lowest cap that applies, 1 if none
	Rules    []RuleResult `json:"rules"`
	Caps     []CapResult  `json:"caps"`
}

// RuleResult tells whether a rule is satisfied and why the act matters. A rule is satisfied, or tried in another way, or
// neither. Title, Group and Else may be empty: scenarios published before they existed are still read.
type RuleResult struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Group     string `json:"group"`
	Points    int    `json:"points"`    // the rule's, whether or not they were earned
	Restraint bool   `json:"restraint"` // it is about leaving something alone
	Satisfied bool   `json:"satisfied"`
	Tried     bool   `json:"tried"` // not satisfied, though something was done; of a restraint, broken
	Else      string `json:"else"`  // to be said when Tried; of a restraint, when neither
	Why       string `json:"why"`
}

// CapResult tells whether a dangerous act limits the credit.
type CapResult struct {
	ID      string  `json:"id"`
	Title   string  `json:"title"` // may be empty, as a rule's
	Cap     float64 `json:"cap"`   // 0..1
	Applies bool    `json:"applies"`
	Why     string  `json:"why"`
}

// Kept is the points that count, of Max: those earned, or as many whole ones as the lowest cap that applies leaves.
func (r Result) Kept() int { return min(r.Points, r.Most(r.Cap)) }

// Most is the whole points that a cap leaves.
func (r Result) Most(limit float64) int { return int(math.Floor(round6(limit * float64(r.Max)))) }

// Score scores a state. The credit is the share of the points earned, limited by the lowest cap that applies; the
// category is the number of thresholds the credit reaches. The result depends on the state and the scenario only.
func (s *Scenario) Score(st State) Result {
	st = s.settled(st)
	res := Result{Cap: 1, Rules: []RuleResult{}, Caps: []CapResult{}}
	for i := range s.src.Rules {
		r := &s.src.Rules[i]
		ok := r.If.holds(st)
		res.Max += r.Points
		if ok {
			res.Points += r.Points
		}
		res.Rules = append(res.Rules, RuleResult{ID: r.ID, Title: r.Title, Group: r.Group, Points: r.Points, Restraint: r.Restraint,
			Satisfied: ok, Tried: !ok && s.tried(r, st), Else: said(st, r.Cases, r.Else), Why: r.Why})
	}
	for _, c := range s.src.Caps {
		ok := c.If.holds(st)
		if ok {
			res.Cap = min(res.Cap, c.Cap)
		}
		res.Caps = append(res.Caps, CapResult{ID: c.ID, Title: c.Title, Cap: c.Cap, Applies: ok, Why: strings.TrimSpace(c.Why + " " + said(st, c.Cases, ""))})
	}
	res.Credit = min(round6(float64(res.Points)/float64(res.Max)), res.Cap)
	for _, threshold := range s.src.Thresholds {
		if res.Credit >= threshold {
			res.Category++
		}
	}
	return res
}

// said is the first remark that holds, or what is said without one.
func said(st State, cases []remark, otherwise string) string {
	for i := range cases {
		if cases[i].If.holds(st) {
			return cases[i].Say
		}
	}
	return otherwise
}

// round6 rounds to 1e-6, the precision at which two scorers must agree.
func round6(x float64) float64 { return math.Round(x*1e6) / 1e6 }
