package measure

// Reasons for which a test of variable length ends.
const (
	StopMaxItems      = "max_items"
	StopStandardError = "standard_error"
)

// StopRule ends a test of variable length: never before MinItems, always at
// MaxItems, and in between as soon as the named score's standard error is at
// most SE. A MaxItems or an SE of 0 does not stop.
type StopRule struct {
	Score              string // name of the score whose standard error counts
	MinItems, MaxItems int
	SE                 float64
}

// Done tells whether the test ends after n answers, e being the estimate of the
// rule's score, and for which reason ("" when it goes on).
func (s StopRule) Done(n int, e Estimate) (done bool, reason string) {
	switch {
	case s.MaxItems > 0 && n >= s.MaxItems:
		return true, StopMaxItems
	case n >= s.MinItems && s.SE > 0 && e.SE <= s.SE:
		return true, StopStandardError
	}
	return false, ""
}
