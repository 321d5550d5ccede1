package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

const (
	throttleFile = "throttle.key"
	signerFile   = "ledger.key"
	verifierFile = "ledger.pub"
	firstMaster  = "0001"
	secretSize   = 32
)

var masterName = regexp.MustCompile(`^master-(\d{4})\.key$`)

func masterFile(name string) string { return "master-" + name + ".key" }

// createIfNew fills a folder that is absent or empty. The files are made in a folder beside it, which then takes its
// place in one step: a crash leaves all of them or none.
func createIfNew(dir, origin string) error {
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the folder of keys %s cannot be read: give its owner back to the account that runs Galien (%w)", dir, err)
	}
	draft, err := os.MkdirTemp(filepath.Dir(filepath.Clean(dir)), ".keys-")
	if err != nil {
		return fmt.Errorf("the folder of keys %s cannot be created: check that the folder above exists and can be written (%w)", dir, err)
	}
	defer os.RemoveAll(draft) // nothing is left there once it took its place
	signer, verifier, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	err = errors.Join(
		writeNew(draft, masterFile(firstMaster), newSecret(), 0o600),
		writeNew(draft, throttleFile, newSecret(), 0o600),
		writeNew(draft, signerFile, signer, 0o600),
		writeNew(draft, verifierFile, verifier, 0o644),
		SyncFolder(draft),
	)
	if err != nil {
		return fmt.Errorf("the keys cannot be written beside %s: %w", dir, err)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // os.Rename replaces no folder, even empty
		return fmt.Errorf("the empty folder of keys %s cannot be replaced: %w", dir, err)
	}
	if err := os.Rename(draft, dir); err != nil {
		return fmt.Errorf("the folder of keys %s cannot be put in place: %w", dir, err)
	}
	return SyncFolder(filepath.Dir(filepath.Clean(dir)))
}

func newSecret() string {
	var secret [secretSize]byte
	rand.Read(secret[:]) // never fails: crypto/rand aborts the program instead
	return base64.StdEncoding.EncodeToString(secret[:])
}

// writeNew writes a durable file that did not exist.
func writeNew(dir, name, text string, mode fs.FileMode) error {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

// SyncFolder makes the names in a folder durable: for whoever keeps files of the installation, keys, ledger or backup.
func SyncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// readPrivate reads a file that only its owner may read.
func readPrivate(dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the key file %s is missing: restore it from the backup of the keys; it is not made anew, because what it protects could not be read", path)
	}
	if err != nil {
		return "", fmt.Errorf("the key file %s cannot be read: %w", path, err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("the key file %s can be read by others (%04o): run chmod 600 %s", path, info.Mode().Perm(), path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the key file %s cannot be read: %w", path, err)
	}
	return strings.TrimSpace(string(text)), nil
}

func readSecret(dir, name string) ([]byte, error) {
	text, err := readPrivate(dir, name)
	if err != nil {
		return nil, err
	}
	secret, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(secret) != secretSize {
		return nil, fmt.Errorf("the key file %s is damaged: restore it from the backup of the keys", filepath.Join(dir, name))
	}
	return secret, nil
}

func readMasters(dir string) (map[string]cipher.AEAD, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("the folder of keys %s cannot be read: %w", dir, err)
	}
	masters := map[string]cipher.AEAD{}
	for _, e := range entries {
		m := masterName.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		secret, err := readSecret(dir, e.Name())
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(secret)
		if err != nil {
			return nil, err
		}
		if masters[m[1]], err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
	}
	if len(masters) == 0 {
		return nil, fmt.Errorf("the folder %s holds no master key: restore master-NNNN.key from the backup of the keys, or choose an empty folder for a new installation", dir)
	}
	return masters, nil
}

func readSigner(dir string) (note.Signer, note.Verifier, error) {
	secret, err := readPrivate(dir, signerFile)
	if err != nil {
		return nil, nil, err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, nil, fmt.Errorf("the key file %s is damaged: restore it from the backup of the keys", filepath.Join(dir, signerFile))
	}
	path := filepath.Join(dir, verifierFile)
	public, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("the verifier %s is missing: restore it from the backup of the keys", path)
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(public)))
	if err != nil {
		return nil, nil, fmt.Errorf("the verifier %s is damaged: restore it from the backup of the keys", path)
	}
	probe := []byte("probe\n")
	signature, err := signer.Sign(probe)
	if err != nil || signer.Name() != verifier.Name() || !verifier.Verify(probe, signature) {
		return nil, nil, fmt.Errorf("%s and %s in %s are not a pair: restore both from the same backup of the keys", signerFile, verifierFile, dir)
	}
	return signer, verifier, nil
}
