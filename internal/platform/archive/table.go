package archive

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"galien/internal/platform/db"
	"galien/internal/platform/migrate"
)

// kind is what a column holds, whatever the engine calls it.
type kind string

const (
	integers kind = "integer"
	booleans kind = "boolean"
	texts    kind = "text"
	uuids    kind = "uuid"
	binaries kind = "bytes"
)

// kindOf reads the type as either engine names it.
func kindOf(declared string) (kind, bool) {
	switch strings.ToLower(declared) {
	case "integer", "bigint":
		return integers, true
	case "boolean":
		return booleans, true
	case "text":
		return texts, true
	case "uuid":
		return uuids, true
	case "bytea":
		return binaries, true
	}
	return "", false
}

type column struct {
	name string
	kind kind
	key  int // place in the primary key, from 1; 0 when it is not of it
}

// table knows how to read and write the rows of one table on one engine. The statements are the only ones of the program
// that are built: from the names of the register alone, so that no table is left out of a backup because nobody wrote
// its statement.
type table struct {
	name    string
	engine  db.Engine
	columns []column
	sel     string            // reads all rows in the order of the primary key
	insert  func(int) string  // adds a number of rows, values in the order of columns
	bind    func([]any)       // changes the values of a line before they are inserted; nil: nothing
	prepare func([]any) error // changes the values of a row as read, before they are written as a line; nil: nothing
}

//galien:engine sqlite
const sqliteColumns = `SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid`

//galien:engine postgres
const postgresColumns = `SELECT c.column_name AS name, c.data_type AS type, COALESCE(k.ordinal_position, 0) AS pk
FROM information_schema.columns c
LEFT JOIN information_schema.table_constraints t
  ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY'
LEFT JOIN information_schema.key_column_usage k
  ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name AND k.column_name = c.column_name
WHERE c.table_schema = current_schema() AND c.table_name = $1 ORDER BY c.ordinal_position`

// ownLayout is this program's schema: every table of the register, in an order in which each comes after those it refers to.
func ownLayout() ([]Layout, error) {
	register, err := migrate.Register()
	if err != nil {
		return nil, err
	}
	all := make([]Layout, len(register))
	for i, r := range register {
		all[i].Name = r.Name
		for _, c := range r.Columns {
			all[i].Columns = append(all[i].Columns, c.Name)
		}
	}
	return all, nil
}

// tables returns the tables of a layout, then the jobs that wait. The database has this program's schema; the layout may
// be that of an older one, which names fewer tables and columns.
func tables(ctx context.Context, tx *db.Tx, layout []Layout) ([]*table, error) {
	own, err := ownLayout()
	if err != nil {
		return nil, err
	}
	var all []*table
	for _, l := range layout {
		i := slices.IndexFunc(own, func(o Layout) bool { return o.Name == l.Name })
		if i < 0 {
			return nil, fmt.Errorf("%w (a table named %s has no place there)", ErrAltered, l.Name)
		}
		t, err := newTable(ctx, tx, l, len(own[i].Columns))
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return append(all, jobs(tx.Engine())), nil
}

// newTable reads the types of the columns from the database, which must have as many as are declared: what nobody declared
// would be left out of a backup.
func newTable(ctx context.Context, tx *db.Tx, l Layout, declared int) (*table, error) {
	type row struct {
		Name, Type string
		PK         int
	}
	statement := sqliteColumns
	if tx.Engine() == db.PostgreSQL {
		statement = postgresColumns
	}
	rows, err := db.Many[row](ctx, tx, statement, l.Name)
	if err != nil {
		return nil, err
	}
	if len(rows) != declared {
		return nil, fmt.Errorf("the table %s has %d columns, %d are declared: bring the database to this program's schema with `galien migrate`", l.Name, len(rows), declared)
	}
	t := &table{name: l.Name, engine: tx.Engine()}
	for _, name := range l.Columns {
		i := slices.IndexFunc(rows, func(c row) bool { return c.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("the table %s has no column %s: bring the database to this program's schema with `galien migrate`", l.Name, name)
		}
		k, ok := kindOf(rows[i].Type)
		if !ok {
			return nil, fmt.Errorf("archive: the column %s.%s is of type %s, which has no form on both engines", l.Name, name, rows[i].Type)
		}
		t.columns = append(t.columns, column{name, k, rows[i].PK})
	}
	t.build()
	return t, nil
}

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// build writes the statements of the table.
func (t *table) build() {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = quote(c.name)
	}
	list := strings.Join(names, ", ")
	t.sel = strings.Join([]string{"SELECT", list, "FROM", quote(t.name), "ORDER BY", t.order()}, " ")
	t.insert = func(rows int) string {
		return strings.Join([]string{"INSERT INTO", quote(t.name), "(" + list + ")", "VALUES", places(rows, len(names))}, " ")
	}
}

// order is the primary key, in the order of its bytes on both engines; all columns where a superuser dropped the key.
func (t *table) order() string {
	key := slices.DeleteFunc(slices.Clone(t.columns), func(c column) bool { return c.key == 0 })
	slices.SortFunc(key, func(a, b column) int { return a.key - b.key })
	if len(key) == 0 {
		key = t.columns
	}
	parts := make([]string, len(key))
	for i, c := range key {
		parts[i] = quote(c.name)
		if t.engine == db.PostgreSQL && c.kind == texts {
			parts[i] += ` COLLATE "C"`
		}
	}
	return strings.Join(parts, ", ")
}

// quote quotes a name of the register, where nothing else than plain names can stand.
func quote(name string) string {
	if !plainName.MatchString(name) {
		panic("archive: not a name of the register: " + name)
	}
	return `"` + name + `"`
}

// places is ($1, $2), ($3, $4)… for a number of rows.
func places(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String() + ")"
}
