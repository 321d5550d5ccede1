package measure

// Lot is what was drawn for a candidate. It is for one goroutine, and is used for
// one candidate after the other without allocation.
type Lot struct {
	exposure *Exposure
	uniforms []float64
	rareTurn []bool // by turn

	probability []float64 // of eligibility, in the candidate's band
	share       float64   // of the prices, at this turn
	rare        bool      // this turn is a rare one
}

// NewLot makes room for the draws of candidates.
func (e *Exposure) NewLot() *Lot {
	return &Lot{exposure: e, uniforms: make([]float64, e.bank.Len()), rareTurn: make([]bool, e.bank.Length())}
}

// Draw draws for a new candidate from a source of uniforms in [0, 1).
func (l *Lot) Draw(uniform func() float64) {
	for i := range l.uniforms {
		l.uniforms[i] = uniform()
	}
	clear(l.rareTurn)
	half := len(l.rareTurn) / 2
	for turns := l.exposure.turns; turns > 0; turns-- {
		if turns >= 1 || uniform() < turns {
			l.rareTurn[half+int(uniform()*float64(len(l.rareTurn)-half))] = true
		}
	}
}

// At takes the candidate to a turn, the number of items given so far, less than the
// length of the exam, and tells whether it is a rare one.
func (l *Lot) At(post *Posterior, turn int) (rare bool) {
	n := len(l.uniforms)
	band := l.exposure.Band(post)
	l.probability = l.exposure.probability[band*n : (band+1)*n]
	done := float64(turn) / float64(len(l.rareTurn))
	l.share = youngShare + (1-youngShare)*done*done
	l.rare = l.rareTurn[turn]
	return l.rare
}

// Ordinary makes this turn an ordinary one: the blueprint leaves no rare item.
func (l *Lot) Ordinary() { l.rare = false }

// Allows tells whether an item is eligible at this turn.
func (l *Lot) Allows(item int) bool {
	if l.rare {
		return l.exposure.rare[item]
	}
	return l.uniforms[item] < l.probability[item]
}

// Price returns an item's price at this turn, for Selector.Charge.
func (l *Lot) Price(item int) float64 {
	if l.rare {
		return rareSpread * l.uniforms[item]
	}
	return l.share * (1 - spread + 2*spread*l.uniforms[item]) * l.exposure.state.Prices[item]
}
