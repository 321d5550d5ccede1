package doctor

import (
	"os"
	"path/filepath"
	"testing"
)

// Secrets that an orchestrator mounts are links, which always seem open to all.
func TestALinkIsJudgedByWhatItPointsTo(t *testing.T) {
	outside := t.TempDir()
	for mode, want := range map[os.FileMode]Level{0o600: OK, 0o644: Warning} {
		dir := t.TempDir()
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		secret := filepath.Join(outside, "throttle.key")
		if err := os.WriteFile(secret, nil, mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(secret, mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(secret, filepath.Join(dir, "throttle.key")); err != nil {
			t.Fatal(err)
		}
		if have := Folder(dir); len(have) != 1 || have[0].Level != want {
			t.Errorf("a link to a file of mode %04o: %v, want %s", mode, have, want)
		}
	}
}
