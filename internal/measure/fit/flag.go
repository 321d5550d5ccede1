package fit

// Code names what is wrong with an item. The strings are stable: they are stored and translated.
type Code string

// The codes.
const (
	FewAnswers     Code = "few-answers"      // Value: persons; Limit: the minimum
	ScoreMisfit    Code = "score-misfit"     // S-X²; Value: adjusted probability
	PredictMisfit  Code = "predict-misfit"   // PredictiveFit; Value: adjusted probability
	Noisy          Code = "noisy"            // Value: the larger of outfit and infit
	LocalDepend    Code = "local-dependence" // Of: the other item; Value: adjusted Q3
	TooEasy        Code = "too-easy"         // Value: ease
	TooHard        Code = "too-hard"         // Value: ease
	WeakItem       Code = "weak"             // Value: item-rest correlation
	OptionUnused   Code = "option-unused"    // Of: the option
	OptionAboveKey Code = "option-above-key" // Of: the option; Value: its share of the upper third; Limit: the key's
	KeyNegative    Code = "key-negative"     // Of: the option; Value: point-biserial
	RapidAnswers   Code = "rapid-answers"    // Value: share
	SlowItem       Code = "slow"             // Value: median seconds
)

// Flag is one thing that an author must look at.
type Flag struct {
	Code  Code
	Of    string  // another item, or an option; "" if none
	Value float64 // the statistic
	Limit float64 // what it went beyond
}

// Limits are where statistics become flags.
type Limits struct {
	MinimumPersons int     // under it, an item has the flag FewAnswers and no other
	FalseDiscovery float64 // share of the misfit flags that may be wrong, S-X² and PredictiveFit apart
	MeanSquare     float64 // outfit and infit
	Dependence     float64 // adjusted Q3
	Easy, Hard     float64 // ease
	Rest           float64 // item-rest correlation
	Rapid          float64 // share of rapid answers
	Slow           float64 // median over the seconds planned
}

// UsualLimits are those to start from: five misfit flags in a hundred may be wrong; mean squares
// over 1.5 bring more noise than measurement (Linacre 2002); adjusted Q3 over 0.2 (Christensen et al. 2017); an
// ease outside [0.05, 0.95]; item-rest correlations under 0.10; one rapid answer in ten; a median half as long again as was planned.
func UsualLimits() Limits {
	return Limits{
		MinimumPersons: 100, FalseDiscovery: 0.05, MeanSquare: 1.5, Dependence: 0.2,
		Easy: 0.95, Hard: 0.05, Rest: 0.10, Rapid: 0.10, Slow: 1.5,
	}
}

func (l *Limits) few(persons int) Flag {
	return Flag{Code: FewAnswers, Value: float64(persons), Limit: float64(l.MinimumPersons)}
}
