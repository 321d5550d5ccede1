package psy

import (
	"cmp"
	"io"
	"log/slog"
	"slices"

	"galien/internal/measure"
	"galien/internal/measure/dif"
	"galien/internal/psy/strictjson"
)

// difRequest is that of DIF.
type difRequest struct {
	items            itemSet
	responses        personSet
	membership       map[string]string // group of a person
	reference, focal string
	options          dif.Options
}

type difAnswer struct {
	Reference    difGroup       `json:"reference"`
	Focal        difGroup       `json:"focal"`
	Matching     string         `json:"matching"`
	Items        []difItem      `json:"items"`
	Purification []purification `json:"purification,omitempty"`
}

type difGroup struct {
	Group string `json:"group"`
	N     int    `json:"n"`
}

// difItem holds what applies to the item: MantelHaenszel and Logistic to two categories, Mantel to more.
type difItem struct {
	ID             string          `json:"id"`
	MantelHaenszel *mantelHaenszel `json:"mantelHaenszel,omitempty"`
	Mantel         *mantel         `json:"mantel,omitempty"`
	Logistic       *logistic       `json:"logistic,omitempty"`
}

// tested is whether a method could be applied, and to how many answers.
type tested struct {
	Status    string `json:"status"`
	Reference int    `json:"nReference"`
	Focal     int    `json:"nFocal"`
}

type mantelHaenszel struct {
	tested
	Alpha        *number  `json:"alpha"`
	Delta        *number  `json:"delta"`
	SE           *number  `json:"se"`
	ChiSquare    *number  `json:"chi2"`
	P            *number  `json:"p"`
	Uncorrected  *number  `json:"chi2Uncorrected"`
	UncorrectedP *number  `json:"pUncorrected"`
	Class        *string  `json:"class"`
	SizeClass    string   `json:"sizeClass,omitempty"` // of delta alone, whether significant or not
	Difference   *number  `json:"difference"`
	Homogeneity  *breslow `json:"breslowDay,omitempty"`
}

type breslow struct {
	ChiSquare number `json:"chi2"`
	DF        int    `json:"df"`
	P         number `json:"p"`
}

type mantel struct {
	tested
	ChiSquare  *number `json:"chi2"`
	P          *number `json:"p"`
	Difference *number `json:"difference"`
	Effect     *number `json:"effect"`
	Class      *string `json:"class"`
}

type logistic struct {
	tested
	Any        *contrast `json:"any"`
	Uniform    *contrast `json:"uniform"`
	NonUniform *contrast `json:"nonUniform"`
	Favour     *number   `json:"favour"`
}

type contrast struct {
	ChiSquare number  `json:"chi2"`
	DF        int     `json:"df"`
	P         number  `json:"p"`
	DeltaR2   number  `json:"deltaR2"`
	Class     *string `json:"class"`
}

type purification struct {
	Method    string   `json:"method"`
	Rounds    int      `json:"rounds"`
	Converged bool     `json:"converged"`
	Excluded  []string `json:"excluded"`
}

// smallGroup is the number of persons under which the tests find only very large differences.
const smallGroup = 100

// DIF answers with the differential functioning of each item between two groups.
func DIF(in io.Reader, out io.Writer, log *slog.Logger) error {
	r := difRequest{membership: map[string]string{}, options: dif.Options{MinGroup: 2}}
	if err := r.read(in); err != nil {
		return err
	}
	d, answer, err := r.data()
	if err != nil {
		return err
	}
	if n := min(answer.Reference.N, answer.Focal.N); n < smallGroup {
		log.Warn("a group is small: only very large differences can be found", "persons", n)
	}
	if err := r.study(d, &answer); err != nil {
		return fieldError("responses", "%s", plainly(err))
	}
	return respond(out, answer)
}

func (r *difRequest) read(in io.Reader) error {
	err := fields{
		"items":     r.items.read,
		"responses": r.responses.read,
		"groups":    r.readGroups,
		"reference": func(d *strictjson.Decoder) { r.reference = d.Name() },
		"focal":     func(d *strictjson.Decoder) { r.focal = d.Name() },
		"purify":    func(d *strictjson.Decoder) { r.options.Purify = d.Bool() },
		"strata":    func(d *strictjson.Decoder) { r.options.Strata = d.Int() },
		"level":     func(d *strictjson.Decoder) { r.options.Level = real(d) },
		"minGroup":  func(d *strictjson.Decoder) { r.options.MinGroup = d.Int() },
	}.read(in)
	switch {
	case err != nil:
		return err
	case r.options.Level < 0 || r.options.Level >= 1:
		return fieldError("level", "%v is outside (0, 1)", r.options.Level)
	case r.options.Strata < 0:
		return fieldError("strata", "%d is negative", r.options.Strata)
	case r.options.MinGroup < 2:
		return fieldError("minGroup", "%d: a group has at least two persons", r.options.MinGroup)
	case len(r.responses.persons) == 0:
		return fieldError("responses", "missing: at least one person is needed")
	}
	return r.chooseGroups()
}

// readGroups reads {"p1":"F","p2":"M"}, or {"F":["p1"],"M":["p2"]}.
func (r *difRequest) readGroups(d *strictjson.Decoder) {
	d.Object(func(key string) bool {
		if !d.IsArray() {
			r.membership[key] = d.Name()
			return true
		}
		for _, person := range names(d) {
			if _, twice := r.membership[person]; twice {
				d.Fail("person %q is in two groups", person)
			}
			r.membership[person] = key
		}
		return true
	})
}

// chooseGroups gives each person a group, and names the two that are compared: without names, the larger one is the
// reference.
func (r *difRequest) chooseGroups() error {
	sizes := map[string]int{}
	for i := range r.responses.persons {
		p := &r.responses.persons[i]
		if group, named := r.membership[p.id]; named {
			p.group = group
		}
		if p.group != "" {
			sizes[p.group]++
		}
	}
	var others []string
	for group := range sizes {
		if group != r.focal && group != r.reference {
			others = append(others, group)
		}
	}
	slices.SortFunc(others, func(a, b string) int {
		if n := sizes[b] - sizes[a]; n != 0 {
			return n
		}
		return cmp.Compare(a, b)
	})
	for _, name := range []*string{&r.reference, &r.focal} {
		if *name == "" && len(others) > 0 {
			*name, others = others[0], others[1:]
		}
	}
	switch {
	case r.focal == "" || r.reference == "":
		return fieldError("groups", "two groups are compared, and the persons are of %d", len(sizes))
	case len(others) > 0:
		return fieldError("groups", "%d groups: name the two to compare in reference and focal", len(sizes))
	case r.focal == r.reference:
		return fieldError("focal", "%q is the reference group too", r.focal)
	case sizes[r.reference] < 2:
		return fieldError("reference", "group %q has %d person: at least two are needed", r.reference, sizes[r.reference])
	case sizes[r.focal] < 2:
		return fieldError("focal", "group %q has %d person: at least two are needed", r.focal, sizes[r.focal])
	}
	return nil
}

// data are the persons of the two groups, in the order of the request.
func (r *difRequest) data() (*dif.Data, difAnswer, error) {
	d := &dif.Data{}
	a := difAnswer{Reference: difGroup{Group: r.reference}, Focal: difGroup{Group: r.focal}, Matching: "total score"}
	items := newTally(&r.items)
	var members []int
	for i := range r.responses.persons {
		switch r.responses.persons[i].group {
		case r.reference:
			a.Reference.N++
			d.Focal = append(d.Focal, false)
		case r.focal:
			a.Focal.N++
			d.Focal = append(d.Focal, true)
		default:
			continue
		}
		if err := items.add(&r.responses, i, len(members)); err != nil {
			return nil, a, err
		}
		members = append(members, i)
	}
	var complete bool
	if d.Items, complete = items.answered(len(members)); len(d.Items) == 0 {
		return nil, a, fieldError("responses", "no answer")
	}
	abilities, how, err := r.abilities(members, complete)
	if how != "" {
		a.Matching, d.Ability = how, abilities
	}
	return d, a, err
}

// abilities match the persons when they are given, or when the total score would mean nothing.
func (r *difRequest) abilities(members []int, complete bool) (abilities []float64, how string, err error) {
	known := 0
	for _, i := range members {
		if r.responses.persons[i].theta != nil {
			known++
		}
	}
	switch {
	case known == len(members):
		for _, i := range members {
			abilities = append(abilities, *r.responses.persons[i].theta)
		}
		return abilities, "theta", nil
	case known > 0:
		return nil, "", fieldError("responses", "%d persons of %d have a theta: give it to all or to none", known, len(members))
	case complete:
		return nil, "", nil
	case len(r.items.items) == 0:
		return nil, "", fieldError("responses", "persons answered different items: give each person a theta, or the items' parameters")
	}
	abilities = make([]float64, len(members))
	err = each(len(members), func(m int) error {
		responses, err := r.responses.resolve(members[m], &r.items)
		if err != nil || len(responses) == 0 {
			return err
		}
		e, err := measure.EAP(responses, measure.Normal{SD: 1}, measure.Grid{Min: -6, Max: 6, Points: 121})
		abilities[m] = e.Mean
		return err
	})
	return abilities, "EAP", err
}
