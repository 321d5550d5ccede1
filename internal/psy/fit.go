package psy

import (
	"io"
	"math"

	"galien/internal/measure"
	"galien/internal/measure/fit"
	"galien/internal/psy/strictjson"
)

// fitRequest is that of Fit.
type fitRequest struct {
	estimateRequest
	options   fit.Options
	estimated bool // the parameters come from these answers
	pairs     *float64
}

type fitAnswer struct {
	Method    string         `json:"method"` // of the abilities that the statistics of persons, mean squares and Q3 rest on
	Items     []itemFit      `json:"items"`
	Q3        dependence     `json:"q3"`
	Persons   []personFit    `json:"persons"`
	Classical classicalTotal `json:"classical"`
}

// itemFit holds the statistics of an item, each with the reason why it has no value.
type itemFit struct {
	ID         string   `json:"id"`
	N          int      `json:"n"`
	SX2        scoreFit `json:"sx2"`
	Predictive scoreFit `json:"predictive"`
	Outfit     *number  `json:"outfit"`
	Infit      *number  `json:"infit"`
	ZOutfit    *number  `json:"zOutfit"`
	ZInfit     *number  `json:"zInfit"`
	Mean       *number  `json:"mean"`
	Ease       *number  `json:"ease"`
	Rest       *number  `json:"itemRest"`
}

type scoreFit struct {
	X2     *number `json:"x2"`
	DF     int     `json:"df"`
	P      *number `json:"p"`
	RMSEA  *number `json:"rmsea"`
	Z      *number `json:"z,omitempty"`
	N      int     `json:"n"`
	Reason string  `json:"reason,omitempty"`
}

type dependence struct {
	Mean  *number    `json:"mean"`
	Star  *number    `json:"star"`
	Unmet int        `json:"unmet"` // pairs that nobody answered
	Pairs []pairItem `json:"pairs"`
}

type pairItem struct {
	First    string  `json:"first"`
	Second   string  `json:"second"`
	N        int     `json:"n"`
	Q3       *number `json:"q3"`
	Adjusted *number `json:"adjusted"`
	Reason   string  `json:"reason,omitempty"`
}

type personFit struct {
	ID     string  `json:"id"`
	N      int     `json:"n"`
	Theta  *number `json:"theta"`
	SE     *number `json:"se"`
	LZ     *number `json:"lz"`
	LZStar *number `json:"lzStar"`
	Outfit *number `json:"outfit"`
	Infit  *number `json:"infit"`
	Reason string  `json:"reason,omitempty"`
}

type classicalTotal struct {
	Alpha     *number `json:"alpha"`
	ScoreMean *number `json:"scoreMean"`
	ScoreSD   *number `json:"scoreSD"`
	Reason    string  `json:"reason,omitempty"`
}

// allPairs is the number of items up to which every pair is written; beyond, those whose adjusted Q3 is over
// dependencePairs (Christensen, Makransky & Horton 2017).
const (
	allPairs        = 200
	dependencePairs = 0.2
)

// Fit answers with how well items and persons follow the model.
func Fit(in io.Reader, out io.Writer) error {
	r := fitRequest{options: fit.Options{MinimumPersons: 2}}
	r.method, r.prior, r.grid = "WLE", measure.Normal{SD: 1}, measure.Grid{Min: -6, Max: 6, Points: 121}
	own := fields{
		"estimated":      func(d *strictjson.Decoder) { r.estimated = d.Bool() },
		"minimumPersons": func(d *strictjson.Decoder) { r.options.MinimumPersons = d.Int() },
		"pairsAbove":     func(d *strictjson.Decoder) { r.pairs = optional(d, func() float64 { return real(d) }) },
	}
	if err := r.readWith(in, own); err != nil {
		return err
	}
	if r.options.MinimumPersons < 1 {
		return fieldError("minimumPersons", "%d is not positive", r.options.MinimumPersons)
	}
	if r.estimated {
		r.options.Parameters = fit.ParameterCounts(r.items.plain())
	}
	r.options.Population = r.prior
	answer, err := r.fit()
	if err != nil {
		return err
	}
	return respond(out, answer)
}

func (r *fitRequest) fit() (fitAnswer, error) {
	data, persons, err := r.data()
	if err != nil {
		return fitAnswer{}, err
	}
	found, thetas, err := r.abilities(persons)
	if err != nil {
		return fitAnswer{}, err
	}
	answer := fitAnswer{Method: r.method}
	if answer.Persons, err = r.persons(data, found, thetas); err != nil {
		return fitAnswer{}, engineError(err)
	}
	if answer.Items, err = r.itemFits(data, thetas); err != nil {
		return fitAnswer{}, engineError(err)
	}
	if answer.Q3, err = r.dependence(data, thetas); err != nil {
		return fitAnswer{}, engineError(err)
	}
	classical := fit.Classical(data)
	answer.Classical = classicalTotal{
		Alpha: finiteOrNil(classical.Alpha), ScoreMean: finiteOrNil(classical.ScoreMean), ScoreSD: finiteOrNil(classical.ScoreSD),
		Reason: reasonOf(classical.Status),
	}
	for j := range answer.Items {
		c := classical.Items[j]
		it := &answer.Items[j]
		it.Mean, it.Ease, it.Rest = finiteOrNil(c.Mean), finiteOrNil(c.Ease), finiteOrNil(c.Rest)
	}
	return answer, nil
}

// engineError is bad input that only the statistics see.
func engineError(err error) error { return fieldError("responses", "%s", plainly(err)) }

func reasonOf(s fit.Status) string {
	if s == fit.Computed {
		return ""
	}
	return s.String()
}

// data are the persons who answered something, with their places in the request.
func (r *fitRequest) data() (*fit.Data, []int, error) {
	builder, err := fit.NewBuilder(r.items.plain())
	if err != nil {
		return nil, nil, fieldError("items", "%s", plainly(err))
	}
	var persons []int
	for i := range r.responses.persons {
		p := &r.responses.persons[i]
		responses, err := r.responses.resolve(i, &r.items)
		if err != nil {
			return nil, nil, err
		}
		for _, a := range responses {
			if err := builder.Add(p.id, a.Item.ID, a.Category); err != nil {
				return nil, nil, engineError(err)
			}
		}
		if len(responses) > 0 {
			persons = append(persons, i)
		}
	}
	data, err := builder.Build()
	if err != nil {
		return nil, nil, engineError(err)
	}
	return data, persons, nil
}

// abilities estimates those of the persons by the method asked; NaN for those who have no estimate.
func (r *fitRequest) abilities(persons []int) (found []estimate, thetas []float64, err error) {
	found, thetas = make([]estimate, len(persons)), make([]float64, len(persons))
	err = each(len(persons), func(n int) (err error) {
		if found[n], err = r.estimate(persons[n]); err != nil {
			return err
		}
		thetas[n] = math.NaN()
		if found[n].Theta != nil {
			thetas[n] = float64(*found[n].Theta)
		}
		return nil
	})
	return found, thetas, err
}

func (r *fitRequest) persons(data *fit.Data, found []estimate, thetas []float64) ([]personFit, error) {
	method := map[string]fit.Method{"ML": fit.ML, "WLE": fit.WLE, "MAP": fit.MAP, "EAP": fit.PosteriorMean}[r.method]
	abilities := make([]fit.Ability, len(thetas))
	for n, theta := range thetas {
		abilities[n] = fit.Ability{Theta: theta, Method: method, Prior: r.prior}
	}
	fits, err := fit.PersonFits(data, abilities)
	if err != nil {
		return nil, err
	}
	list := make([]personFit, len(fits))
	for n, f := range fits {
		p := personFit{ID: found[n].ID, N: f.Answers, Theta: found[n].Theta, SE: found[n].SE, Reason: found[n].Reason}
		p.LZ, p.LZStar = finiteOrNil(f.LZ), finiteOrNil(f.LZStar)
		p.Outfit, p.Infit = finiteOrNil(f.Outfit), finiteOrNil(f.Infit)
		switch {
		case p.Reason != "" || p.LZStar != nil:
		case r.method == "EAP":
			p.Reason = "lz* is not defined for EAP: use WLE, MAP or ML"
		default:
			p.Reason = "lz* is not defined: the score tells all of the ability"
		}
		list[n] = p
	}
	return list, nil
}
