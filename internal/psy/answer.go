package psy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
)

// number is written in the shortest form that gives it back; null when it is not finite.
type number float64

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) { return appendNumber(nil, float64(n)), nil }

// numbers are written as an array of number.
type numbers []float64

// MarshalJSON implements json.Marshaler.
func (n numbers) MarshalJSON() ([]byte, error) {
	text := make([]byte, 0, 20*len(n)+2)
	text = append(text, '[')
	for i, v := range n {
		if i > 0 {
			text = append(text, ',')
		}
		text = appendNumber(text, v)
	}
	return append(text, ']'), nil
}

// appendNumber follows encoding/json: exponents only for very large and very small numbers.
func appendNumber(text []byte, v float64) []byte {
	size := math.Abs(v)
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return append(text, "null"...)
	case size != 0 && (size < 1e-6 || size >= 1e21):
		return strconv.AppendFloat(text, v, 'e', -1, 64)
	}
	return strconv.AppendFloat(text, v, 'f', -1, 64)
}

// square writes a row-major matrix as an array of rows.
func square(m []float64, rows int) []numbers {
	table := make([]numbers, rows)
	for i := range table {
		table[i] = m[i*rows : (i+1)*rows]
	}
	return table
}

// respond writes an answer on one line, whole or not at all.
func respond(out io.Writer, answer any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answer); err != nil {
		return fmt.Errorf("psy: answer: %w", err)
	}
	_, err := out.Write(text.Bytes())
	return err
}
