package keyring

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"galien/internal/platform/clock"
)

func newFolder(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "keys")
}

func TestOpenCreatesPrivateFilesInANewFolderAndFindsThemAgain(t *testing.T) {
	empty := newFolder(t)
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"absent": newFolder(t), "empty": empty} {
		t.Run(name, func(t *testing.T) {
			first, again := open(t, dir), open(t, dir)
			if !bytes.Equal(first.Keyed("p", []byte("d")), again.Keyed("p", []byte("d"))) {
				t.Error("the throttle key changed")
			}
			signed, err := note.Sign(&note.Note{Text: "text\n"}, first.Signer())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := note.Open(signed, note.VerifierList(again.Verifier())); err != nil || again.Verifier().Name() != DefaultOrigin {
				t.Errorf("signature of %s: %v", again.Verifier().Name(), err)
			}
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range entries {
				info, err := e.Info()
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, fmt.Sprintf("%s %04o", e.Name(), info.Mode().Perm()))
			}
			want := []string{"ledger.key 0600", "ledger.pub 0644", "master-0001.key 0600", "throttle.key 0600"}
			if !slices.Equal(got, want) {
				t.Errorf("files %v, want %v", got, want)
			}
			siblings, err := os.ReadDir(filepath.Dir(dir))
			if err != nil || len(siblings) != 1 {
				t.Errorf("left beside the folder: %v (%v)", siblings, err)
			}
		})
	}
}

func TestOpenSaysWhatToRestoreAndMakesNothingAnew(t *testing.T) {
	for _, name := range []string{"ledger.key", "ledger.pub", "master-0001.key", "throttle.key"} {
		dir := newFolder(t)
		open(t, dir)
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("broken"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, "", clock.System{}); err == nil || !strings.Contains(err.Error(), "damaged: restore it from the backup") {
			t.Errorf("%s damaged: %v", name, err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, "", clock.System{}); err == nil || !strings.Contains(err.Error(), "restore") {
			t.Errorf("%s missing: %v", name, err)
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s was made anew", name)
		}
	}
}

func TestOpenRefusesFilesThatOthersMayRead(t *testing.T) {
	for _, name := range []string{"ledger.key", "master-0001.key", "throttle.key"} {
		for _, mode := range []os.FileMode{0o640, 0o604, 0o666} {
			dir := newFolder(t)
			open(t, dir)
			path := filepath.Join(dir, name)
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir, "", clock.System{}); err == nil || !strings.Contains(err.Error(), "chmod 600 "+path) {
				t.Errorf("%s with %04o: %v", name, mode, err)
			}
		}
	}
}

func TestOpenRefusesASignerAndAVerifierThatAreNotAPair(t *testing.T) {
	dir, other := newFolder(t), newFolder(t)
	open(t, dir)
	open(t, other)
	foreign, err := os.ReadFile(filepath.Join(other, "ledger.pub"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ledger.pub"), foreign, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, "", clock.System{}); err == nil || !strings.Contains(err.Error(), "not a pair") {
		t.Errorf("error %v", err)
	}
}

func TestOpenSaysWhyAFolderCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{filepath.Join(file, "keys"), filepath.Join(t.TempDir(), "no", "keys"), file} {
		if _, err := Open(dir, "", clock.System{}); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
