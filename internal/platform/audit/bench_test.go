package audit

import (
	"path/filepath"
	"testing"

	"galien/internal/platform/db"
	"galien/internal/platform/id"
	"galien/internal/platform/migrate"
)

func benchFixture(b *testing.B) *fixture {
	b.Helper()
	d, err := db.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "galien.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close() })
	if err := migrate.Up(b.Context(), d); err != nil {
		b.Fatal(err)
	}
	scopes, err := migrate.Scopes()
	if err != nil {
		b.Fatal(err)
	}
	d.SetScopes(scopes)
	return newFixture(b, d)
}

func fill(b *testing.B, f *fixture, n int) {
	b.Helper()
	person := id.New(start)
	for n > 0 {
		batch := make([]Event, min(n, sealBatch))
		for i := range batch {
			batch[i] = Event{Action: "attempt.answer", Actor: person, Object: "attempt:1", Details: map[string]any{"seq": i, "item": "SOCLE-1-01"}}
		}
		f.record(batch...)
		n -= len(batch)
	}
}

// BenchmarkRecord is the cost of one event inside a transaction that holds a thousand: what Record adds to a use case.
func BenchmarkRecord(b *testing.B) {
	f := benchFixture(b)
	b.ResetTimer()
	fill(b, f, b.N)
}

// BenchmarkSeal is the cost per event of sealing full batches, commit and file included.
func BenchmarkSeal(b *testing.B) {
	f := benchFixture(b)
	fill(b, f, b.N)
	b.ResetTimer()
	for left := b.N; left > 0; {
		left -= f.seal()
	}
}

// BenchmarkVerify is the cost per event of a verification.
func BenchmarkVerify(b *testing.B) {
	f := benchFixture(b)
	fill(b, f, b.N)
	for left := b.N; left > 0; {
		left -= f.seal()
	}
	b.ResetTimer()
	if r := f.verify(); r.Leaves != b.N || len(r.Findings) > 0 {
		b.Fatalf("%d leaves, findings %v", r.Leaves, r.Findings)
	}
}
