package scenario

import "math"

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

// RuleResult tells whether a rule is satisfied and why the act matters.
type RuleResult struct {
	ID        string `json:"id"`
	Points    int    `json:"points"` // the rule's, whether or not they were earned
	Satisfied bool   `json:"satisfied"`
	Why       string `json:"why"`
}

// CapResult tells whether a dangerous act limits the credit.
type CapResult struct {
	ID      string  `json:"id"`
	Cap     float64 `json:"cap"` // 0..1
	Applies bool    `json:"applies"`
	Why     string  `json:"why"`
}

// Score scores a state. The credit is the share of the points earned, limited by the lowest cap that applies; the
// category is the number of thresholds the credit reaches. The result depends on the state and the scenario only.
func (s *Scenario) Score(st State) Result {
	res := Result{Cap: 1, Rules: []RuleResult{}, Caps: []CapResult{}}
	for _, r := range s.src.Rules {
		ok := r.If.holds(st)
		res.Max += r.Points
		if ok {
			res.Points += r.Points
		}
		res.Rules = append(res.Rules, RuleResult{ID: r.ID, Points: r.Points, Satisfied: ok, Why: r.Why})
	}
	for _, c := range s.src.Caps {
		ok := c.If.holds(st)
		if ok {
			res.Cap = min(res.Cap, c.Cap)
		}
		res.Caps = append(res.Caps, CapResult{ID: c.ID, Cap: c.Cap, Applies: ok, Why: c.Why})
	}
	res.Credit = min(round6(float64(res.Points)/float64(res.Max)), res.Cap)
	for _, threshold := range s.src.Thresholds {
		if res.Credit >= threshold {
			res.Category++
		}
	}
	return res
}

// round6 rounds to 1e-6, the precision at which two scorers must agree.
func round6(x float64) float64 { return math.Round(x*1e6) / 1e6 }
