// Package framework holds competency frameworks as versioned data: domains, competencies, capacities, hours, and the
// scale on which levels are reported. A framework of another shape, with other weights, works by data alone.
package framework

import "slices"

// Framework is one version of a competency framework. It is never changed and may be shared between goroutines.
type Framework struct {
	Code       string // as SOCLE-NS
	Version    string // as 1.2022
	Title      string
	Publisher  string
	Language   string // BCP 47, of every text of the framework
	Note       string // free text of the publisher, may be empty
	TotalHours float64
	ECTS       float64 // 0 when the framework grants none
	Domains    []Domain
	Scale      Scale
	Prior      Prior
	SHA256     string // of the YAML document, hexadecimal

	document     []byte
	competencies []Competency
	domainOf     []int // index of the domain of each competency
}

// Domain is a group of competencies that shares a number of hours.
type Domain struct {
	Code         string
	Title        string
	Hours        float64
	Competencies []Competency
}

// Competency is what a person is measured on. Its place in the framework's order is the index of its dimension.
type Competency struct {
	Code       string // unique in the framework
	Title      string
	Capacities []Capacity
}

// Capacity is one thing that a competency lets a person do. Its code is the competency's with a letter, in order: 1.1.a.
type Capacity struct {
	Code string
	Text string
}

// Scale cuts the ability scale (logits, prior mean 0) into levels.
type Scale struct {
	Provisional bool // true until a standard-setting panel has set the cuts
	Levels      []Level
	Cuts        []float64 // ascending, one fewer than the levels: Levels[k+1] begins at Cuts[k], included
}

// Level is a reported level. Code is stable (independent, confirmed…); Title is in the framework's language.
type Level struct {
	Code  string
	Title string
}

// Prior is the variances of the hierarchical prior of the abilities: what all competencies share, what those of one
// domain share besides, and what each has of its own.
type Prior struct {
	General    float64
	Domain     float64
	Competency float64
}

// Name is the code and the version, as «SOCLE-NS 1.2022».
func (f *Framework) Name() string { return f.Code + " " + f.Version }

// Document returns a copy of the YAML file the framework was read from.
func (f *Framework) Document() []byte { return slices.Clone(f.document) }

// Competencies lists the competencies in the framework's order: the index is the dimension of measurement.
func (f *Framework) Competencies() []Competency { return slices.Clone(f.competencies) }

// Dims is the number of competencies.
func (f *Framework) Dims() int { return len(f.competencies) }

// Dim returns the dimension of a competency.
func (f *Framework) Dim(competency string) (dim int, ok bool) {
	dim = slices.IndexFunc(f.competencies, func(c Competency) bool { return c.Code == competency })
	return dim, dim >= 0
}

// DomainOfDims returns, for each competency in order, the index of its domain.
func (f *Framework) DomainOfDims() []int { return slices.Clone(f.domainOf) }

// Domain finds a domain by its code.
func (f *Framework) Domain(code string) (Domain, bool) {
	for _, d := range f.Domains {
		if d.Code == code {
			return d, true
		}
	}
	return Domain{}, false
}

// Competency finds a competency by its code.
func (f *Framework) Competency(code string) (Competency, bool) {
	if k, ok := f.Dim(code); ok {
		return f.competencies[k], true
	}
	return Competency{}, false
}

// Capacity finds a capacity by its code.
func (f *Framework) Capacity(code string) (Capacity, bool) {
	for _, c := range f.competencies {
		if capacity, ok := c.Capacity(code); ok {
			return capacity, true
		}
	}
	return Capacity{}, false
}

// Capacity finds a capacity of the competency by its code.
func (c Competency) Capacity(code string) (Capacity, bool) {
	for _, capacity := range c.Capacities {
		if capacity.Code == code {
			return capacity, true
		}
	}
	return Capacity{}, false
}

// DomainOf finds the domain of a competency.
func (f *Framework) DomainOf(competency string) (Domain, bool) {
	if k, ok := f.Dim(competency); ok {
		return f.Domains[f.domainOf[k]], true
	}
	return Domain{}, false
}

// Weights returns the weight of each competency in the score of the whole, of sum 1: the hours of a domain, split
// equally over its competencies, over the total hours.
func (f *Framework) Weights() []float64 {
	w := make([]float64, f.Dims())
	for k, d := range f.domainOf {
		domain := f.Domains[d]
		w[k] = domain.Hours / f.TotalHours / float64(len(domain.Competencies))
	}
	return w
}

// DomainWeights returns the weight of each competency of the framework in the score of one domain, of sum 1: equal for
// its own, 0 for the others. ok is false when there is no such domain.
func (f *Framework) DomainWeights(code string) (weights []float64, ok bool) {
	w := make([]float64, f.Dims())
	for k, d := range f.domainOf {
		if domain := f.Domains[d]; domain.Code == code {
			w[k], ok = 1/float64(len(domain.Competencies)), true
		}
	}
	return w, ok
}
