package calibration

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
)

// stateVersion changes when a saved state can no longer be continued.
const stateVersion = 1

// State is where a calibration stands between two iterations. Its JSON form gives back
// the same numbers, bit for bit, so that a resumed calibration ends on the same result.
// The fields belong to this package.
type State struct {
	Version     int    `json:"version"`
	Fingerprint uint64 `json:"fingerprint"` // of the data and the options

	X         []float64 `json:"x"`               // the point to evaluate next
	Kept      []float64 `json:"kept,omitempty"`  // the last point kept
	Start     []float64 `json:"start,omitempty"` // x0 of the cycle, when X is x1
	Fallback  []float64 `json:"fallback,omitempty"`
	Floor     *float64  `json:"floor,omitempty"` // penalised log-likelihood that X must reach
	Reach     float64   `json:"reach"`           // bound of -α in SQUAREM
	AtReach   bool      `json:"atReach,omitempty"`
	Held      bool      `json:"held,omitempty"` // the population is no longer expanded
	Iteration int       `json:"iteration"`
	Refused   int       `json:"refused,omitempty"`
	Changes   []float64 `json:"changes,omitempty"` // the last ones, for the time left
	Gains     []float64 `json:"gains,omitempty"`   // of the last iterations kept
}

// ErrState says that a saved state belongs to other data, items or options.
var ErrState = errors.New("calibration: the saved state belongs to other data or options")

// ParseState reads a state that was written by json.Marshal.
func ParseState(data []byte) (*State, error) {
	var s State
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("calibration: saved state: %w", err)
	}
	if s.Version != stateVersion {
		return nil, fmt.Errorf("calibration: saved state of version %d, want %d", s.Version, stateVersion)
	}
	return &s, nil
}

func (s *State) clone() *State {
	c := *s
	for _, v := range []*[]float64{&c.X, &c.Kept, &c.Start, &c.Fallback, &c.Changes, &c.Gains} {
		*v = append([]float64(nil), *v...)
	}
	if s.Floor != nil {
		floor := *s.Floor
		c.Floor = &floor
	}
	return &c
}

// check refuses a state that cannot be continued on this engine.
func (s *State) check(e *engine, fingerprint uint64) error {
	if s.Version != stateVersion || s.Fingerprint != fingerprint || len(s.X) != e.layout.size {
		return ErrState
	}
	for _, point := range [][]float64{s.X, s.Kept, s.Start, s.Fallback} {
		if len(point) != 0 && len(point) != len(s.X) || !e.layout.bound(e.data, slices.Clone(point)) {
			return ErrState
		}
	}
	return nil
}

// fingerprint is a hash of all that decides the result: the responses, the items, the
// quadrature, the priors and whether EM is accelerated.
func fingerprint(d *Data, o *Options) uint64 {
	h := fnv.New64a()
	fmt.Fprintln(h, d.groups, d.rows, d.persons, d.responses, o.Quadrature, *o.Priors, o.Plain)
	for j := range d.items {
		it := &d.items[j]
		fmt.Fprintln(h, it.ID, it.Model, it.Categories, d.counts[j])
		if it.Fixed != nil {
			fmt.Fprintln(h, it.Fixed.A, it.Fixed.B, it.Fixed.C, it.Fixed.U)
		}
	}
	h.Write(d.categories)
	h.Write(d.rowGroup)
	for part := range slices.Chunk(d.formItems, 1<<12) {
		bytes := make([]byte, 0, 2<<12)
		for _, j := range part {
			bytes = append(bytes, byte(j), byte(j>>8))
		}
		h.Write(bytes)
	}
	return h.Sum64()
}
