package main

import (
	"io"

	"galien/internal/psy"
)

type psyProbabilityCmd struct{ request }

// Help lists the fields and gives an example.
func (psyProbabilityCmd) Help() string {
	return "Fields: items, theta.\n\nExample: galien psy probability --in request.json"
}

// Run answers.
func (c psyProbabilityCmd) Run(out io.Writer) error {
	return c.answer(out, psy.Probability)
}

type psyInformationCmd struct{ request }

// Help lists the fields and gives an example.
func (psyInformationCmd) Help() string {
	return "Fields: items, theta.\n\nExample: galien psy information --in request.json"
}

// Run answers.
func (c psyInformationCmd) Run(out io.Writer) error {
	return c.answer(out, psy.Information)
}

type psySelectCmd struct{ request }

// Help lists the fields and gives an example.
func (psySelectCmd) Help() string {
	return "Fields: items, blueprint, prior and answers (or theta, or posterior), scores, importance, given, excluded, accessible, lang.\n\nExample: galien psy select --in request.json"
}

// Run answers.
func (c psySelectCmd) Run(out io.Writer) error {
	return c.answer(out, psy.Select)
}

type psyAssembleCmd struct{ request }

// Help lists the fields and gives an example.
func (psyAssembleCmd) Help() string {
	return "Fields: items, blueprint, theta (or posterior), scores, importance, given, excluded, accessible, lang.\n\nExample: galien psy assemble --in request.json"
}

// Run answers.
func (c psyAssembleCmd) Run(out io.Writer) error {
	return c.answer(out, psy.Assemble)
}

type psyFitCmd struct{ request }

// Help lists the fields and gives an example.
func (psyFitCmd) Help() string {
	return "Fields: items, responses, method, prior, grid, estimated, minimumPersons, pairsAbove.\n\nExample: galien psy fit --in request.json"
}

// Run answers.
func (c psyFitCmd) Run(out io.Writer) error {
	return c.answer(out, psy.Fit)
}

type psyDIFCmd struct{ request }

// Help lists the fields and gives an example.
func (psyDIFCmd) Help() string {
	return "Fields: responses, groups, reference, focal, items, purify, strata, level, minGroup.\n\nExample: galien psy dif --in request.json"
}

// Run answers.
func (c psyDIFCmd) Run(out io.Writer) error {
	return c.answer(out, func(in io.Reader, out io.Writer) error { return psy.DIF(in, out, psyLog()) })
}

type psyLinkCmd struct{ request }

// Help lists the fields and gives an example.
func (psyLinkCmd) Help() string {
	return "Fields: from, to (two sets of items), both, grid, critical.\n\nExample: galien psy link --in request.json"
}

// Run answers.
func (c psyLinkCmd) Run(out io.Writer) error {
	return c.answer(out, psy.Link)
}

type psyAccuracyCmd struct{ request }

// Help lists the fields and gives an example.
func (psyAccuracyCmd) Help() string {
	return "Fields: items, cuts, population, method, grid; or persons, cuts.\n\nExample: galien psy accuracy --in request.json"
}

// Run answers.
func (c psyAccuracyCmd) Run(out io.Writer) error {
	return c.answer(out, psy.Accuracy)
}

type psyEstimateCmd struct {
	request
	Model string `help:"unidimensional or multidimensional." enum:"unidimensional,multidimensional" default:"unidimensional"`
}

// Help lists the fields and gives an example.
func (psyEstimateCmd) Help() string {
	return "Fields: items, responses, method (EAP, MAP, ML, WLE), prior, grid; multidimensional: items, responses, prior, scores.\n\n" +
		"Example: galien psy estimate --in request.json"
}

// Run answers.
func (c psyEstimateCmd) Run(out io.Writer) error {
	if c.Model == "multidimensional" {
		return c.answer(out, psy.EstimateMultidimensional)
	}
	return c.answer(out, func(in io.Reader, out io.Writer) error { return psy.Estimate(in, out, psyLog()) })
}
