package psy

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math"

	"galien/internal/measure"
	"galien/internal/measure/calibration"
	"galien/internal/psy/strictjson"
)

// Calibration is the request of Calibrate.
type Calibration struct {
	// Responses are the answers as long CSV: person, item, score, and a group if the header names one.
	Responses io.Reader
	// Model of the items that are estimated: 1PL, 2PL, 3PL, GRM or GPCM.
	Model string
	// Fixed, when set, is a set of items whose parameters are held.
	Fixed io.Reader
	// Priors are "weak" or "none".
	Priors string
	// Errors says how standard errors are computed: automatic, observed, cross-products or none.
	Errors string
	// Options that are left at 0 have the engine's defaults.
	Options calibration.Options
	// Rows, when set, is called now and then with the number of rows read.
	Rows func(int)
}

// InterruptedError is the error of a calibration that was stopped before its end; its State resumes it.
type InterruptedError struct {
	State     *calibration.State
	Iteration int
}

// Error implements error.
func (e *InterruptedError) Error() string { return "interrupted" }

// Calibrate answers with the parameters of the items that explain a file of answers.
func Calibrate(ctx context.Context, c Calibration, out io.Writer, log *slog.Logger) error {
	if err := c.complete(); err != nil {
		return err
	}
	model, data, err := c.data(ctx)
	if err != nil {
		return err
	}
	result, err := calibration.Calibrate(ctx, data, c.Options)
	switch {
	case errors.Is(err, calibration.ErrState):
		return fieldError("--state", "%s", plainly(err))
	case err != nil:
		return fieldError("options", "%s", plainly(err))
	case result.Reason == calibration.Cancelled:
		return &InterruptedError{State: result.State, Iteration: result.Iterations}
	}
	for _, g := range result.Groups {
		if g.Estimated && g.Persons == 1 {
			return fieldError("responses: group", "%q has one person: no mean and standard deviation can be estimated", g.Name)
		}
	}
	log.Info("read", "responses", data.Responses(), "persons", data.Persons(), "items", data.Items(), "bytes", data.Bytes())
	for _, w := range result.Warnings {
		log.Warn(w)
	}
	return respond(out, newCalibrated(result, data, model, *c.Options.Priors))
}

func (c *Calibration) complete() error {
	var priors calibration.Priors
	switch c.Priors {
	case "weak", "":
		priors = calibration.WeakPriors()
	case "none":
	default:
		return fieldError("--priors", "%q is neither weak nor none", c.Priors)
	}
	c.Options.Priors = &priors
	switch c.Errors {
	case "automatic", "":
		c.Options.Errors = calibration.Automatic
	case "observed":
		c.Options.Errors = calibration.ObservedInformation
	case "cross-products":
		c.Options.Errors = calibration.CrossProducts
	case "none":
		c.Options.Errors = calibration.NoErrors
	default:
		return fieldError("--errors", "%q is none of automatic, observed, cross-products, none", c.Errors)
	}
	return c.completeNumbers()
}

// completeNumbers refuses what the engine would, before a file of answers is read.
func (c *Calibration) completeNumbers() error {
	const fewestNodes, mostNodes = 5, 1024 // of calibration.Quadrature
	q := c.Options.Quadrature
	switch {
	case q == (calibration.Quadrature{}): // the engine's
	case q.Nodes < fewestNodes || q.Nodes > mostNodes:
		return fieldError("--nodes", "%d is outside [%d, %d]", q.Nodes, fewestNodes, mostNodes)
	case !(math.Abs(q.Min) <= maxMagnitude):
		return fieldError("--min", "%v is outside ±%v", q.Min, maxMagnitude)
	case !(q.Max > q.Min && q.Max <= maxMagnitude):
		return fieldError("--max", "%v is outside (%v, %v]", q.Max, q.Min, maxMagnitude)
	}
	switch {
	case c.Options.MaxIterations < 0:
		return fieldError("--iterations", "%d is negative", c.Options.MaxIterations)
	case c.Options.Workers < 0:
		return fieldError("--workers", "%d is negative", c.Options.Workers)
	}
	return nil
}

// data reads the fixed items and the answers.
func (c *Calibration) data(ctx context.Context) (measure.Model, *calibration.Data, error) {
	model, err := measure.ParseModel(c.Model)
	if err != nil || model == measure.FourPL {
		return 0, nil, fieldError("--model", "%q is none of 1PL, 2PL, 3PL, GRM, GPCM", c.Model)
	}
	fixed, err := readFixed(c.Fixed)
	if err != nil {
		return 0, nil, err
	}
	builder, err := calibration.NewBuilder(fixed, model)
	if err != nil {
		return 0, nil, fieldError("--fixed", "%s", plainly(err))
	}
	if err := c.rows(ctx, builder); err != nil {
		return 0, nil, err
	}
	data, err := builder.Build()
	if err != nil {
		return 0, nil, fieldError("responses", "%s", plainly(err))
	}
	return model, data, nil
}

// readFixed reads a set of items, which may be the answer of an earlier calibration: items that it could not estimate
// are left out.
func readFixed(in io.Reader) ([]calibration.Item, error) {
	if in == nil {
		return nil, nil
	}
	var set itemSet
	err := calibratedFields(&set).read(in)
	if wrong, ok := errors.AsType[*FieldError](err); ok {
		return nil, fieldError("--fixed: "+wrong.Path, "%s", wrong.Reason)
	}
	list := make([]calibration.Item, len(set.items))
	for i := range set.items {
		list[i] = calibration.Item{ID: set.items[i].ID, Fixed: &set.items[i].Item}
	}
	return list, nil
}

// calibratedFields reads a set of items in an object that may hold more: what Calibrate answers with.
func calibratedFields(set *itemSet) fields {
	f := fields{"items": set.readEstimated}
	for _, name := range []string{"logLikelihood", "penalised", "iterations", "converged", "reason", "change", "parameters",
		"persons", "responses", "groups", "errors", "warnings"} {
		f[name] = func(d *strictjson.Decoder) { d.Skip() }
	}
	return f
}

// progressRows is how often the reading of rows is reported, and whether it is interrupted looked at.
const progressRows = 1 << 18

// rows gives the answers to the builder.
func (c *Calibration) rows(ctx context.Context, builder *calibration.Builder) error {
	reader, err := newRowReader(c.Responses)
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		r, err := reader.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := builder.Add(r.person, r.item, r.score); err != nil {
			return reader.refuse(err)
		}
		if r.group != "" {
			if err := builder.Group(r.person, r.group); err != nil {
				return reader.fail("group", "%s", plainly(err))
			}
		}
		if n%progressRows == 0 {
			if ctx.Err() != nil {
				return &InterruptedError{}
			}
			if c.Rows != nil {
				c.Rows(n)
			}
		}
	}
}

// refuse names the line of a row that the builder does not take.
func (r *rowReader) refuse(err error) error {
	if wrong, ok := errors.AsType[*calibration.RowError](err); ok {
		return r.fail("score", "%s (person %q, item %q)", wrong.Reason, wrong.Person, wrong.Item)
	}
	return r.fail("item", "%s", plainly(err))
}

// ParseState reads the saved state of an interrupted calibration.
func ParseState(data []byte) (*calibration.State, error) {
	s, err := calibration.ParseState(data)
	if err != nil {
		return nil, fieldError("--state", "%s", plainly(err))
	}
	return s, nil
}

// FormatState writes a state for ParseState.
func FormatState(s *calibration.State) ([]byte, error) { return json.Marshal(s) }
