package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// predicate is a condition on a state. Exactly one of its fields is set. The list is closed: no loop, no expression.
type predicate struct {
	Did     string      `yaml:"did"`
	Never   string      `yaml:"never"`
	Before  []string    `yaml:"before"`
	Eq      *comparison `yaml:"eq"`
	Matches *pattern    `yaml:"matches"`
	Says    *statement  `yaml:"says"`
	Count   *tally      `yaml:"count"`
	Within  *delay      `yaml:"within"`
	All     []predicate `yaml:"all"`
	Any     []predicate `yaml:"any"`
	Not     *predicate  `yaml:"not"`
}

// comparison holds when the last value of the act equals one of the values, both normalised. Of the recipients of a
// message that was forwarded, each counts, not only the last: a message once sent cannot be called back.
type comparison struct {
	Of    string   `yaml:"of"`
	Value string   `yaml:"value"`
	In    []string `yaml:"in"`
}

// pattern holds when the last value of the act, trimmed, matches the RE2 expression.
type pattern struct {
	Of string `yaml:"of"`
	Re string `yaml:"re"`

	compiled *regexp.Regexp
}

// tally holds when the number of different acts of the list that were done is between min and max; a missing max is
// no limit.
type tally struct {
	Of  []string `yaml:"of"`
	Min int      `yaml:"min"`
	Max *int     `yaml:"max"`
}

// delay holds when the act was first done at most so many seconds after the first After, or after the start.
type delay struct {
	Of      string `yaml:"of"`
	After   string `yaml:"after"`
	Seconds int    `yaml:"seconds"`
}

func (p *predicate) holds(st State) bool {
	switch {
	case p.Did != "":
		return st.Did(p.Did)
	case p.Never != "":
		return !st.Did(p.Never)
	case len(p.Before) > 0:
		first, second := st.first(p.Before[0]), st.first(p.Before[1])
		return first >= 0 && second > first
	case p.Eq != nil:
		return p.Eq.holds(st)
	case p.Matches != nil:
		value, done := st.Value(p.Matches.Of)
		return done && p.Matches.compiled.MatchString(strings.TrimSpace(value))
	case p.Says != nil:
		return p.Says.holds(st)
	case p.Count != nil:
		return p.Count.holds(st)
	case p.Within != nil:
		return p.Within.holds(st)
	case p.Not != nil:
		return !p.Not.holds(st)
	case len(p.Any) > 0:
		return slices.ContainsFunc(p.Any, func(q predicate) bool { return q.holds(st) })
	default:
		return !slices.ContainsFunc(p.All, func(q predicate) bool { return !q.holds(st) })
	}
}

func (c *comparison) holds(st State) bool {
	accepted := c.accepted()
	if strings.HasPrefix(c.Of, MailForward+":") {
		return slices.ContainsFunc(st.Log, func(ev Event) bool { return ev.Do == c.Of && slices.Contains(accepted, ev.V) })
	}
	value, done := st.Value(c.Of)
	value = normalise(value)
	return done && slices.ContainsFunc(accepted, func(a string) bool { return normalise(a) == value })
}

func (c *comparison) accepted() []string {
	if c.Value != "" {
		return []string{c.Value}
	}
	return c.In
}

func (t *tally) holds(st State) bool {
	done := 0
	for _, act := range t.Of {
		if st.Did(act) {
			done++
		}
	}
	return done >= t.Min && (t.Max == nil || done <= *t.Max)
}

func (d *delay) holds(st State) bool {
	var from int64
	if d.After != "" {
		i := st.first(d.After)
		if i < 0 {
			return false
		}
		from = st.Log[i].T
	}
	i := st.first(d.Of)
	if i < 0 {
		return false
	}
	elapsed := st.Log[i].T - from
	return elapsed >= 0 && elapsed <= int64(d.Seconds)*1000
}

// inner is a predicate directly inside another one, and its key there, for example "all[2]".
type inner struct {
	*predicate
	key string
}

func (p *predicate) children() []inner {
	var out []inner
	for i := range p.All {
		out = append(out, inner{&p.All[i], fmt.Sprintf("all[%d]", i)})
	}
	for i := range p.Any {
		out = append(out, inner{&p.Any[i], fmt.Sprintf("any[%d]", i)})
	}
	if p.Not != nil {
		out = append(out, inner{p.Not, "not"})
	}
	return out
}

// acts returns every act the predicate names, in the order of the file.
func (p *predicate) acts() []string {
	out := slices.Clone(p.Before)
	for _, act := range []string{p.Did, p.Never} {
		if act != "" {
			out = append(out, act)
		}
	}
	if p.Eq != nil {
		out = append(out, p.Eq.Of)
	}
	if p.Matches != nil {
		out = append(out, p.Matches.Of)
	}
	if p.Says != nil {
		out = append(out, p.Says.Of)
	}
	if p.Count != nil {
		out = append(out, p.Count.Of...)
	}
	if p.Within != nil {
		if p.Within.After != "" {
			out = append(out, p.Within.After)
		}
		out = append(out, p.Within.Of)
	}
	for _, child := range p.children() {
		out = append(out, child.acts()...)
	}
	return out
}
