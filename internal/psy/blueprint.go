package psy

import (
	"fmt"
	"math"
	"slices"

	"galien/internal/measure"
	"galien/internal/psy/strictjson"
)

// blueprint is the field of that name: the plan of an exam, by names.
type blueprint struct {
	field      string
	length     int
	groups     []namedGroup
	tags       []measure.Tag
	familyMax  int
	maxSeconds int
}

// namedGroup bounds the items of some dimensions; of also names other groups.
type namedGroup struct {
	name     string
	of       []string
	min, max int
}

func (b *blueprint) read(d *strictjson.Decoder) {
	b.field = d.Path()
	fields{
		"length":     func(d *strictjson.Decoder) { b.length = d.Int() },
		"groups":     func(d *strictjson.Decoder) { d.Object(func(name string) bool { b.readGroup(d, name); return true }) },
		"tags":       func(d *strictjson.Decoder) { d.Object(func(name string) bool { b.readTag(d, name); return true }) },
		"familyMax":  func(d *strictjson.Decoder) { b.familyMax = positive(d) },
		"maxSeconds": func(d *strictjson.Decoder) { b.maxSeconds = positive(d) },
	}.object(d)
	if b.length < 1 || b.length > maxItems {
		d.FailAt("length", "%d is outside [1, %d]", b.length, maxItems)
	}
}

// positive reads a limit; null is none.
func positive(d *strictjson.Decoder) int {
	limit := optional(d, d.Int)
	if limit == nil {
		return 0
	}
	if *limit < 1 {
		d.Fail("%d is not positive; leave it out for no limit", *limit)
	}
	return *limit
}

// bounds reads min and max, which are 0 and no limit when they are not there.
func bounds(d *strictjson.Decoder, others fields) (low, high int) {
	high = math.MaxInt32
	others["min"] = func(d *strictjson.Decoder) { low = orZero(optional(d, d.Int)) }
	others["max"] = func(d *strictjson.Decoder) {
		if limit := optional(d, d.Int); limit != nil {
			high = *limit
		}
	}
	others.object(d)
	switch {
	case low < 0:
		d.FailAt("min", "%d is negative", low)
	case high < low:
		d.FailAt("max", "%d is under the minimum %d", high, low)
	}
	return low, high
}

func (b *blueprint) readGroup(d *strictjson.Decoder, name string) {
	g := namedGroup{name: name}
	g.min, g.max = bounds(d, fields{"of": func(d *strictjson.Decoder) { g.of = names(d) }})
	switch {
	case name == "":
		d.Fail("a group has no name")
	case len(g.of) == 0:
		d.FailAt("of", "missing: a group is of dimensions or of other groups")
	}
	b.groups = append(b.groups, g)
}

func (b *blueprint) readTag(d *strictjson.Decoder, name string) {
	t := measure.Tag{Name: name}
	t.Min, t.Max = bounds(d, fields{})
	if name == "" {
		d.Fail("a tag has no name")
	}
	b.tags = append(b.tags, t)
}

// plan is a bank under a blueprint, with its dimensions numbered.
type plan struct {
	bank  *measure.Bank
	dims  []string
	index map[string]int
}

// newPlan numbers the dimensions, those of the posterior first when it names them, and builds the bank.
func newPlan(items *itemSet, b *blueprint, dims []string) (*plan, error) {
	p := &plan{index: map[string]int{}}
	for _, name := range dims {
		p.number(name)
	}
	for i := range items.items {
		it := &items.items[i]
		k, known := p.index[it.dim]
		switch {
		case !known && dims == nil:
			k = p.number(it.dim)
		case !known && (it.dim != "" || len(dims) > 1):
			return nil, fieldError(items.path(i, "dim"), "%q is not one of the posterior's dims (item %q)", it.dim, it.ID)
		}
		it.Dim = k
	}
	bp := measure.Blueprint{Length: b.length, FamilyMax: b.familyMax, MaxSeconds: b.maxSeconds, Tags: slices.Clone(b.tags)}
	list := items.crossing()
	for n := range b.groups {
		g, err := p.group(b, n, dims == nil)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(bp.Groups, func(h measure.Group) bool { return cross(g.Dims, h.Dims) }) {
			bp.Tags = append(bp.Tags, tagOf(list, g))
		} else {
			bp.Groups = append(bp.Groups, g)
		}
	}
	bp.Tags = append(bp.Tags, families(list, b.familyMax)...)
	var err error
	if p.bank, err = measure.NewBank(list, bp); err != nil {
		return nil, fieldError(b.field, "%s", plainly(err))
	}
	return p, nil
}

func (p *plan) number(name string) int {
	p.index[name] = len(p.dims)
	p.dims = append(p.dims, name)
	return len(p.dims) - 1
}

// group finds the dimensions of a group, those of the groups that it names included.
func (p *plan) group(b *blueprint, n int, open bool) (measure.Group, error) {
	g := measure.Group{Name: b.groups[n].name, Min: b.groups[n].min, Max: b.groups[n].max}
	err := p.collect(b, n, open, 0, &g.Dims)
	return g, err
}

func (p *plan) collect(b *blueprint, n int, open bool, depth int, dims *[]int) error {
	path := fmt.Sprintf("%s.groups.%s.of", b.field, b.groups[n].name)
	if depth > len(b.groups) {
		return fieldError(path, "this group contains itself")
	}
	for _, name := range b.groups[n].of {
		k, known := p.index[name]
		inner := slices.IndexFunc(b.groups, func(g namedGroup) bool { return g.name == name })
		switch {
		case !known && inner == n:
			return fieldError(path, "%q is not a dimension of the items, and a group does not contain itself", name)
		case !known && inner >= 0:
			if err := p.collect(b, inner, open, depth+1, dims); err != nil {
				return err
			}
			continue
		case !known && !open:
			return fieldError(path, "%q is neither a dimension nor a group", name)
		case !known: // a dimension without items: the group may be infeasible
			k = p.number(name)
		}
		if !slices.Contains(*dims, k) {
			*dims = append(*dims, k)
		}
	}
	return nil
}

// cross tells whether two sets meet and neither is in the other.
func cross(a, b []int) bool {
	common := 0
	for _, k := range a {
		if slices.Contains(b, k) {
			common++
		}
	}
	return common > 0 && common < len(a) && common < len(b)
}

// Names of generated tags begin with these, so that they are not those of the items' own tags.
const (
	groupMark  = "\x00group "
	familyMark = "\x00family "
)

// tagOf turns a group that crosses another into a tag, which may.
func tagOf(items []measure.Item, g measure.Group) measure.Tag {
	t := measure.Tag{Name: groupMark + g.Name, Min: g.Min, Max: g.Max}
	for i := range items {
		if slices.Contains(g.Dims, items[i].Dim) {
			items[i].Tags = append(items[i].Tags, t.Name)
		}
	}
	return t
}

// families turns the families that span dimensions into tags: they cross the groups.
func families(items []measure.Item, most int) []measure.Tag {
	dim, spread := map[string]int{}, map[string]bool{}
	for i := range items {
		it := &items[i]
		if k, seen := dim[it.Family]; seen && k != it.Dim && it.Family != "" {
			spread[it.Family] = true
		}
		dim[it.Family] = it.Dim
	}
	var tags []measure.Tag
	named := map[string]bool{}
	for i := range items {
		it := &items[i]
		if !spread[it.Family] {
			continue
		}
		name := familyMark + it.Family
		if it.Family = ""; most == 0 {
			continue
		}
		it.Tags = append(it.Tags, name)
		if !named[name] {
			named[name] = true
			tags = append(tags, measure.Tag{Name: name, Max: most})
		}
	}
	return tags
}

// crossing returns the items with their tags and enemies. An enemy that is not in the request is left out: the file may
// be a part of a larger bank.
func (s *itemSet) crossing() []measure.Item {
	list := s.plain()
	for i := range list {
		for _, enemy := range s.items[i].enemies {
			if j, here := s.index[enemy]; here && j != i {
				list[i].Enemies = append(list[i].Enemies, enemy)
			}
		}
		for _, tag := range s.items[i].tags {
			if tag != "" && !slices.Contains(list[i].Tags, tag) {
				list[i].Tags = append(list[i].Tags, tag)
			}
		}
	}
	return list
}
