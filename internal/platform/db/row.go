package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// ErrNoRow says that One found nothing.
var ErrNoRow = sql.ErrNoRows

// One runs a query and returns its first row; ErrNoRow when there is none.
// T is a struct, whose fields receive the columns of the same name (PersonID ← person_id), or a single column's type.
func One[T any](ctx context.Context, t *Tx, statement string, args ...any) (T, error) {
	var out T
	rows, err := t.query(ctx, statement, args)
	if err != nil {
		return out, err
	}
	defer rows.Close()
	if !rows.Next() {
		return out, errors.Join(rows.Err(), orNoRow(rows.Err()))
	}
	if err := scan(t, rows, &out); err != nil {
		return out, err
	}
	return out, rows.Close()
}

func orNoRow(err error) error {
	if err == nil {
		return ErrNoRow
	}
	return nil
}

// Maybe is One for a row that may be missing: found is false and err nil when there is none.
func Maybe[T any](ctx context.Context, t *Tx, statement string, args ...any) (row T, found bool, err error) {
	row, err = One[T](ctx, t, statement, args...)
	if errors.Is(err, ErrNoRow) {
		return row, false, nil
	}
	return row, err == nil, err
}

// Many runs a query and returns all its rows, in order; none gives nil.
func Many[T any](ctx context.Context, t *Tx, statement string, args ...any) ([]T, error) {
	var out []T
	err := Each(ctx, t, func(row T) error {
		out = append(out, row)
		return nil
	}, statement, args...)
	return out, err
}

// Each runs a query and calls f with each row, holding one at a time. f's error stops it and is returned. On PostgreSQL
// f must not use the transaction: a connection answers one statement at a time.
func Each[T any](ctx context.Context, t *Tx, f func(T) error, statement string, args ...any) error {
	rows, err := t.query(ctx, statement, args)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !t.running[statement] {
		t.running[statement] = true
		defer delete(t.running, statement)
	}
	for rows.Next() {
		var row T
		if err := scan(t, rows, &row); err != nil {
			return err
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scan(t *Tx, rows *sql.Rows, out any) error {
	v := reflect.ValueOf(out).Elem()
	if v.Kind() != reflect.Struct || isValue(v) {
		return rows.Scan(out)
	}
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	fields := t.db.fieldsOf(v.Type())
	targets := make([]any, len(columns))
	for i, c := range columns {
		f, ok := fields[c]
		if !ok {
			return fmt.Errorf("db: column %s has no field in %s", c, v.Type())
		}
		targets[i] = v.FieldByIndex(f).Addr().Interface()
	}
	return rows.Scan(targets...)
}

func isValue(v reflect.Value) bool {
	_, scanner := v.Addr().Interface().(sql.Scanner)
	return scanner
}

func (d *DB) fieldsOf(t reflect.Type) map[string][]int {
	if m, ok := d.fields.Load(t); ok {
		return m.(map[string][]int)
	}
	m := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && !f.Anonymous {
			m[Column(f.Name)] = f.Index
		}
	}
	d.fields.Store(t, m)
	return m
}

// Column is the column name of a field: PersonID gives person_id, URL gives url.
func Column(field string) string {
	var b strings.Builder
	for i, r := range field {
		upper := r >= 'A' && r <= 'Z'
		if upper && i > 0 {
			prev := field[i-1]
			next := byte(0)
			if i+1 < len(field) {
				next = field[i+1]
			}
			if prev < 'A' || prev > 'Z' || (next >= 'a' && next <= 'z') {
				b.WriteByte('_')
			}
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
