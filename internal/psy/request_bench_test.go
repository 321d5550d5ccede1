package psy

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
)

// A bank of 5,000 items, read and checked.
func BenchmarkReadBank5000(b *testing.B) {
	bank, _, _ := bank15(5000)
	text, err := json.Marshal(object{"items": bank, "theta": []float64{0}})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Information(bytes.NewReader(text), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
