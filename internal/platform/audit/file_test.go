package audit

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"galien/internal/testkit"
)

// counting counts the signatures that are verified: each takes 100 µs.
type counting struct {
	note.Verifier
	n *int
}

func (c counting) Verify(msg, sig []byte) bool {
	*c.n++
	return c.Verifier.Verify(msg, sig)
}

// signedFile is a file of checkpoints of sizes 1 to n, as the sealer writes it.
func signedFile(f *fixture, n int64) string {
	f.t.Helper()
	var text strings.Builder
	for size := range n {
		c, err := checkpoint{tree: tlog.Tree{N: size + 1}, previous: size, at: 1}.sign(f.ring.Signer())
		if err != nil {
			f.t.Fatal(err)
		}
		line, err := encode(c.signed)
		if err != nil {
			f.t.Fatal(err)
		}
		text.Write(append(line, '\n'))
	}
	return text.String()
}

func TestAStartVerifiesTheLastCheckpointOfTheFileOnly(t *testing.T) {
	f := newFixture(t, testkit.SQLite(t))
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	const n = 2000
	text := signedFile(f, n)
	foreign := strings.Repeat(`"go.sum database tree\n1\n"`+"\n", 4000) // more than is read at first
	for name, c := range map[string]struct {
		text  string
		head  int64
		most  int  // signatures verified
		whole bool // the file ends with a line's end
	}{
		"nothing":             {"", 0, 0, true},
		"one line":            {text[:strings.Index(text, "\n")+1], 1, 1, true},
		"many lines":          {text, n, 1, true},
		"a line cut short":    {text[:len(text)-20], n - 1, 2, false},
		"what is no line":     {text + "\n\n", n, 1, true},
		"a long foreign tail": {text + foreign, n, 1, true},
		"nothing of ours":     {foreign, 0, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			f.writeFile(c.text)
			verified := 0
			file := newCheckpointFile(f.dir, counting{f.ring.Verifier(), &verified})
			if err := file.refresh(); err != nil {
				t.Fatal(err)
			}
			if file.head.tree.N != c.head || verified > c.most {
				t.Errorf("the head is %d after %d signatures, want %d after %d", file.head.tree.N, verified, c.head, c.most)
			}
			end := int64(strings.LastIndex(c.text, "\n") + 1)
			if file.offset != end || file.torn == c.whole {
				t.Errorf("read to %d (within a line: %v), want %d", file.offset, file.torn, end)
			}
			verified = 0
			if err := file.refresh(); err != nil || verified > c.most {
				t.Errorf("nothing was added and %d signatures were verified, %v", verified, err)
			}
		})
	}
}
