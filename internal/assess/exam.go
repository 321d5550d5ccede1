package assess

import (
	"context"

	"galien/internal/measure"
)

// Exam is a positioning as the measurement engine sees it: what simulated people can be given.
type Exam struct {
	Bank   *measure.Bank
	Prior  measure.Prior
	Scores []measure.Score // the main score first; what is only reported has no importance
	Stop   measure.StopRule
	Dims   []int // the competencies in scope
}

// Exam returns the positioning of a release on the whole framework, or on the domain that scope names. Two of its rules are
// not in it: where the scenario stands, and the quarter of the bank that each attempt leaves out.
func (s *Service) Exam(ctx context.Context, release, scope string, accessible bool) (Exam, error) {
	p, err := s.plan(ctx, planKey{release: release, scope: scope, accessible: accessible})
	if err != nil {
		return Exam{}, err
	}
	e := Exam{Bank: p.bank, Prior: p.prior, Scores: append([]measure.Score{}, p.objective...), Stop: p.stop, Dims: p.dims}
	if scope != "" {
		return e, nil
	}
	for _, d := range p.framework.Domains {
		weights, _ := p.framework.DomainWeights(d.Code)
		e.Scores = append(e.Scores, measure.Score{Name: "domain " + d.Code, Weights: weights})
	}
	return e, nil
}
