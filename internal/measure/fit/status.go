package fit

import "fmt"

// Status says whether a statistic has a value, and why not.
type Status uint8

// The statuses; every value but Computed goes with NaN.
const (
	Computed      Status = iota + 1
	NoAnswer             // nobody answered the item, or nobody with an ability
	NoCommonForm         // too few persons answered the same items for their scores to be compared
	TooFewPersons        // fewer persons than the minimum
	TooFewCells          // too few cells are left, once merged, for the parameters estimated
	NoVariance           // every answer is the same, or certain under the model
)

// String returns the status in words.
func (s Status) String() string {
	switch s {
	case Computed:
		return "computed"
	case NoAnswer:
		return "not applicable: no answer"
	case NoCommonForm:
		return "not applicable: too few persons answered the same items, and scores on different items do not compare"
	case TooFewPersons:
		return "not applicable: too few persons"
	case TooFewCells:
		return "not applicable: too few cells of expected count 1"
	case NoVariance:
		return "not applicable: no variance"
	}
	return fmt.Sprintf("Status(%d)", uint8(s))
}
