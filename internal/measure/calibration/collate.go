package calibration

import (
	"cmp"
	"math"
	"slices"
)

// Build returns the data set and empties the builder, which is not used again. It
// refuses an empty set (ErrEmpty) and a person who has two scores on one item (a
// *RowError). The order of the rows does not matter: the same responses on the same
// declared items give the same bits.
func (b *Builder) Build() (*Data, error) {
	if b.count == 0 {
		return nil, ErrEmpty
	}
	rank, byRank := b.ranks()
	c := collation{builder: b, rows: b.byPerson(rank), byRank: byRank}
	for p, row := range c.rows {
		slices.Sort(row)
		for i := 1; i < len(row); i++ {
			if row[i]>>8 == row[i-1]>>8 {
				item := b.items[byRank[row[i]>>8]].ID
				return nil, &RowError{b.names[p], item, "this pair is there twice"}
			}
		}
	}
	b.people, b.names = nil, nil // their room serves for what follows
	for j := range b.items {
		if exponential(b.items[j].Model) {
			c.linear++
		}
	}
	c.settle()
	c.rough = c.scale()
	d := c.data()
	c.rough.ability = nil // by the builder's order, which goes with it
	d.countResponses()
	*b = Builder{}
	return d, nil
}

// ranks puts the items of the exponential family before the others.
func (b *Builder) ranks() (rank []uint32, byRank []uint16) {
	rank = make([]uint32, len(b.items))
	for _, first := range []bool{true, false} {
		for j := range b.items {
			if exponential(b.items[j].Model) == first {
				rank[j] = uint32(len(byRank))
				byRank = append(byRank, uint16(j))
			}
		}
	}
	return rank, byRank
}

// byPerson returns the responses of each person, the items by their rank. Those of a
// person who came in one run stay where they are.
func (b *Builder) byPerson(rank []uint32) [][]uint32 {
	for _, block := range b.blocks {
		for i, v := range block {
			block[i] = rank[v>>8]<<8 | v&0xff
		}
	}
	rows := make([][]uint32, len(b.names))
	for _, r := range b.runs {
		part := b.blocks[r.block][r.start : r.start+r.rows : r.start+r.rows]
		if rows[r.person] == nil {
			rows[r.person] = part
		} else {
			rows[r.person] = append(rows[r.person], part...)
		}
	}
	b.blocks, b.runs = nil, nil
	return rows
}

// collation orders the persons by form, group and pattern.
type collation struct {
	builder *Builder
	rows    [][]uint32 // of each person: rank of the item << 8 | category, ascending
	byRank  []uint16
	linear  uint32 // items of the exponential family, which have the lowest ranks
	top     []int  // highest score of each item
	rough   *rough
}

func (c *collation) row(p uint32) []uint32 { return c.rows[p] }

// hashes returns FNV-1a hashes of a person's set of items and of the whole pattern.
// They only bring equal rows together: equality is checked on the rows themselves.
func (c *collation) hashes(p uint32) (items, pattern uint64) {
	const offset, prime = 14695981039346656037, 1099511628211
	items, pattern = offset, offset
	for _, v := range c.row(p) {
		items = (items ^ uint64(v>>8)) * prime
		pattern = (pattern ^ uint64(v)) * prime
	}
	return items, pattern
}

// key is what persons are sorted by.
type key struct {
	items, pattern uint64
	ability        float64 // the rough one, of a form that few persons share
	person         uint32
	group          uint8
}

// keys returns the persons who have responses: those of a form side by side, and there
// the equal ones too; the forms that few persons share last, by ability.
func (c *collation) keys() []key {
	keys := make([]key, 0, len(c.rows))
	for p := range uint32(len(c.rows)) {
		if len(c.row(p)) > 0 {
			items, pattern := c.hashes(p)
			keys = append(keys, key{items, pattern, math.Inf(-1), p, c.builder.groupOf[p]})
		}
	}
	slices.SortFunc(keys, func(x, y key) int {
		return cmp.Or(cmp.Compare(x.items, y.items), cmp.Compare(x.group, y.group),
			cmp.Compare(x.pattern, y.pattern), slices.Compare(c.row(x.person), c.row(y.person)))
	})
	for i := 0; i < len(keys); {
		n := i + 1
		for n < len(keys) && keys[n].items == keys[i].items {
			n++
		}
		for k := i; k < n && n-i < fewRows; k++ {
			keys[k].ability = c.rough.ability[keys[i].person]
		}
		i = n
	}
	slices.SortStableFunc(keys, func(x, y key) int { return cmp.Compare(x.ability, y.ability) })
	return keys
}

// same tells whether two persons answered the same items, and gave the same answers in
// the same group.
func (c *collation) same(x, y key) (form, pattern bool) {
	form = x.items == y.items && sameItems(c.row(x.person), c.row(y.person))
	return form, form && x.group == y.group && slices.Equal(c.row(x.person), c.row(y.person))
}

// data writes the data set, in arrays of the right size.
func (c *collation) data() *Data {
	b, keys := c.builder, c.keys()
	d := &Data{items: b.items, groups: b.groups, persons: len(keys), responses: b.count, rough: c.rough}
	items, answers, forms := 0, 0, 0
	for i, k := range keys {
		length := len(c.row(k.person))
		form, pattern := false, false
		if i > 0 {
			form, pattern = c.same(keys[i-1], k)
		}
		if !form {
			items += length
			forms++
		}
		if !pattern {
			answers += length
			d.rows++
		}
	}
	d.forms = make([]form, 0, forms)
	d.formItems = make([]uint16, 0, items)
	d.categories = make([]uint8, 0, answers)
	if d.rows < d.persons {
		d.rowWeight = make([]uint32, 0, d.rows)
	}
	if len(b.groups) > 1 {
		d.rowGroup = make([]uint8, 0, d.rows)
	}
	for i, k := range keys {
		form, pattern := false, false
		if i > 0 {
			form, pattern = c.same(keys[i-1], k)
		}
		if !form {
			d.forms = append(d.forms, c.form(d, c.row(k.person)))
		}
		if pattern {
			d.rowWeight[len(d.rowWeight)-1]++
		} else {
			d.addRow(c.row(k.person), k.group)
		}
	}
	return d
}

// addRow adds a row to the last form.
func (d *Data) addRow(row []uint32, group uint8) {
	d.forms[len(d.forms)-1].rows++
	for _, v := range row {
		d.categories = append(d.categories, uint8(v))
	}
	if d.rowWeight != nil {
		d.rowWeight = append(d.rowWeight, 1)
	}
	if d.rowGroup != nil {
		d.rowGroup = append(d.rowGroup, group)
	}
}

// form starts a form with the items of a row, and adds its list to the data.
func (c *collation) form(d *Data, row []uint32) form {
	f := form{items: uint32(len(d.formItems)), length: uint32(len(row)), answers: uint64(len(d.categories))}
	if n := len(d.forms); n > 0 {
		f.row = d.forms[n-1].row + d.forms[n-1].rows
	}
	for _, v := range row {
		d.formItems = append(d.formItems, c.byRank[v>>8])
		if v>>8 < c.linear {
			f.linear++
		}
	}
	return f
}

func sameItems(a, b []uint32) bool {
	return slices.EqualFunc(a, b, func(x, y uint32) bool { return x>>8 == y>>8 })
}

// settle finds the highest score of each item: the one given, where the number of
// categories is not stated.
func (c *collation) settle() {
	c.top = make([]int, len(c.builder.items))
	for _, row := range c.rows {
		for _, v := range row {
			j := c.byRank[v>>8]
			c.top[j] = max(c.top[j], int(v&0xff))
		}
	}
	for j := range c.top {
		it := &c.builder.items[j]
		if it.Categories == 0 {
			it.Categories = max(2, c.top[j]+1)
		}
		c.top[j] = it.Categories - 1
	}
}

// countResponses counts the responses by item and category.
func (d *Data) countResponses() {
	d.counts = make([][]int64, len(d.items))
	for j := range d.counts {
		d.counts[j] = make([]int64, d.items[j].Categories)
	}
	for i := range d.forms {
		f := &d.forms[i]
		items := d.listOf(f)
		for row := f.row; row < f.row+f.rows; row++ {
			w := int64(d.weight(row))
			for l, category := range d.answersOf(f, row) {
				d.counts[items[l]][category] += w
			}
		}
	}
}
