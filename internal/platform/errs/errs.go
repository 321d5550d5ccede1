// Package errs is the one error type of the application. A use case returns an Error; a page or the API turns it into
// a form with its messages, an error page or a problem document (RFC 9457). The cause stays inside, for the log.
package errs

import (
	"errors"
	"fmt"
)

// Kind says what a caller can do about an error.
type Kind uint8

// The kinds, with the HTTP status a front door gives them.
const (
	Internal        Kind = iota // 500: ours to mend; shown as a reference only
	Invalid                     // 422: the input is wrong; Fields says where
	Unauthenticated             // 401: sign in first
	Forbidden                   // 403: signed in, not allowed
	NotFound                    // 404: not there, or not for this person
	Conflict                    // 409: the thing changed meanwhile, or the key was used for other content
	TooMany                     // 429: slow down
	Unavailable                 // 503: try again shortly
	Method                      // 405: the address is right, the method is not
	TooLarge                    // 413: send less
)

// String returns the kind's name as used in logs and metrics.
func (k Kind) String() string {
	names := [...]string{"internal", "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "too_many", "unavailable",
		"method", "too_large"}
	if int(k) >= len(names) {
		return "internal"
	}
	return names[k]
}

// Field is one faulty input: the form field's name and the message's code.
type Field struct {
	Name string
	Code string
	Args []any
}

// Error is an error with a public face (Kind, Code, Args, Fields) and a private cause (Err).
// Code is a dotted string: the translation key `error.<code>`, the end of the problem's type, and a log field.
type Error struct {
	Kind   Kind
	Code   string
	Args   []any // name, value, name, value… for the message
	Fields []Field
	Err    error
}

// New returns an error of a kind with its code and message arguments.
func New(kind Kind, code string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Args: args}
}

// Wrap gives an internal error its context, for the log only. A nil error stays nil.
func Wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}

// Cause attaches the private cause.
func (e *Error) Cause(err error) *Error {
	e.Err = err
	return e
}

// Error implements error with the code and the cause, for logs; people see the translated message.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Kind.String() + " " + e.Code + ": " + e.Err.Error()
	}
	return e.Kind.String() + " " + e.Code
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// As returns the Error inside err, or an Internal one that wraps it.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Internal, Code: "internal", Err: err}
}

// Is reports whether err is of the given kind.
func Is(err error, kind Kind) bool { return err != nil && As(err).Kind == kind }

// HasCode reports whether err carries the given code.
func HasCode(err error, code string) bool { return err != nil && As(err).Code == code }

// Collect gathers faulty fields and gives one Invalid error for all of them, so that a form shows every mistake at once.
type Collect struct{ fields []Field }

// Add records a faulty field.
func (c *Collect) Add(name, code string, args ...any) {
	c.fields = append(c.fields, Field{Name: name, Code: code, Args: args})
}

// Err returns nil when nothing was recorded.
func (c *Collect) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "form.invalid", Fields: c.fields}
}
