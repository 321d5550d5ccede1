// Package psy is the measurement engine for psychometricians: JSON in, JSON out, by the code that the platform runs.
//
// Each command is a function that reads a request and writes an answer, or writes nothing and returns an error that
// names the field. The formats are in docs/psy.md. Numbers are written in the shortest form that gives them back bit
// for bit; what has no finite value is null, with a reason.
package psy
