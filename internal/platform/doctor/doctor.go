// Package doctor examines an installation without changing it: the data folder, the disk, the keys, the database, the
// ledger, the clock, the addresses. Each check gives one line that says what is so and what to do.
package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"galien/internal/platform/clock"
	"galien/internal/platform/keyring"
)

// Level says how bad a finding is.
type Level string

// The levels.
const (
	OK      Level = "ok"
	Warning Level = "warning" // works, and should be mended
	Problem Level = "problem" // does not work, or loses what was promised
)

// Finding is the outcome of one check: what was examined, and a sentence that ends with what to do unless it is OK.
type Finding struct {
	Level Level
	What  string
	Text  string
}

// String gives «level  what: text».
func (f Finding) String() string { return fmt.Sprintf("%-8s %s: %s", f.Level, f.What, f.Text) }

func found(level Level, what, text string, args ...any) Finding {
	return Finding{level, what, fmt.Sprintf(text, args...)}
}

// Folder examines the data folder and the modes of what is in it: nobody else may read keys or answers.
func Folder(dir string) []Finding {
	const what = "data folder"
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []Finding{found(Problem, what, "%s does not exist: name the installation's with --data, or make one with `galien serve`", dir)}
	case err != nil:
		return []Finding{found(Problem, what, "%s cannot be examined (%v): run the doctor as the account that runs Galien", dir, err)}
	case !info.IsDir():
		return []Finding{found(Problem, what, "%s is a file: choose a folder with --data", dir)}
	}
	probe, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return []Finding{found(Problem, what, "%s cannot be written: give the account that runs Galien the right", dir)}
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return []Finding{found(Problem, what, "%s keeps a file that was removed (%v): check the file system", dir, err)}
	}
	if open := readable(dir); open != "" {
		return []Finding{found(Warning, what, "%s can be read by others: run chmod -R go-rwx %s", open, dir)}
	}
	return []Finding{found(OK, what, "%s, private, can be written", dir)}
}

// readable names the first file of the folder that others than its owner may read, apart from the ledger's verifier; "" for
// none. A folder that they cannot enter hides what is in it.
func readable(dir string) string {
	open := ""
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Stat(path) // of what a link points to: a link itself has no rights
		if err != nil {
			return nil // removed meanwhile
		}
		if info.Mode().Perm()&0o077 == 0 {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !info.IsDir() && e.Name() != "ledger.pub" && open == "" {
			open = path
		}
		return nil
	})
	if err != nil {
		return dir
	}
	return open
}

// minFree is what the database, its log and a migration may need at once.
const (
	minFree  = 200 << 20
	wantFree = 2 << 30
)

// Disk examines the space left where the data are.
func Disk(dir string) []Finding {
	const what = "disk"
	free, ok := freeBytes(dir)
	text := fmt.Sprintf("%.1f GB free", float64(free)/1e9)
	switch {
	case !ok:
		return []Finding{found(Warning, what, "the free space cannot be read on this system: watch it by other means")}
	case free < minFree:
		return []Finding{found(Problem, what, "%s: free some now, answers are refused when the disk is full", text)}
	case free < wantFree:
		return []Finding{found(Warning, what, "%s: free some, 2 GB are wanted", text)}
	}
	return []Finding{found(OK, what, "%s", text)}
}

// Keys examines the folder of the keys, and opens it when it is there.
func Keys(dir string, c clock.Clock) (*keyring.Ring, []Finding) {
	const what = "keys"
	if entries, err := os.ReadDir(dir); err != nil || len(entries) == 0 {
		return nil, []Finding{found(Problem, what, "there are none in %s: restore them with the backup, or start a new installation with `galien serve`", dir)}
	}
	ring, err := keyring.Open(dir, "", c)
	if err != nil {
		return nil, []Finding{found(Problem, what, "%v", err)}
	}
	masters, err := filepath.Glob(filepath.Join(dir, "master-*.key"))
	if err == nil && len(masters) > 1 {
		return ring, []Finding{found(Warning, what, "complete, and a rotation was stopped on its way: run `galien admin rotate-keys` to end it")}
	}
	return ring, []Finding{found(OK, what, "complete")}
}
