package archive

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"filippo.io/age"
)

// minPassphrase is in characters: the passphrase of a backup is tried at leisure, off line.
const minPassphrase = 12

// Recipients are those who can open a backup: the holder of the key of an age recipient (age1…), or whoever knows the
// passphrase in a file. Exactly one of the two is given.
func Recipients(recipient, passphraseFile string) ([]age.Recipient, error) {
	switch {
	case (recipient == "") == (passphraseFile == ""):
		return nil, errors.New("a backup is always encrypted: give either --recipient or --passphrase-file")
	case recipient != "":
		r, err := parseRecipient(recipient)
		if err != nil {
			return nil, fmt.Errorf("the recipient %q is no age public key: write the age1… that age-keygen printed", recipient)
		}
		return []age.Recipient{r}, nil
	}
	passphrase, err := readPassphrase(passphraseFile)
	if err != nil {
		return nil, err
	}
	r, err := age.NewScryptRecipient(passphrase)
	return []age.Recipient{r}, err
}

func parseRecipient(s string) (age.Recipient, error) {
	if strings.HasPrefix(s, "age1pq1") {
		return age.ParseHybridRecipient(s)
	}
	return age.ParseX25519Recipient(s)
}

// Identities open a backup: the keys in an age identity file, or the passphrase in a file. Exactly one of the two is given.
func Identities(identityFile, passphraseFile string) ([]age.Identity, error) {
	if (identityFile == "") == (passphraseFile == "") {
		return nil, errors.New("the backup is encrypted: give either --identity-file or --passphrase-file")
	}
	if identityFile != "" {
		data, err := os.ReadFile(identityFile)
		if err != nil {
			return nil, fmt.Errorf("the identity file %s cannot be read: %w", identityFile, reason(err))
		}
		ids, err := age.ParseIdentities(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("the identity file %s holds no age key: give the file that age-keygen wrote", identityFile)
		}
		return ids, nil
	}
	passphrase, err := readPassphrase(passphraseFile)
	if err != nil {
		return nil, err
	}
	i, err := age.NewScryptIdentity(passphrase)
	return []age.Identity{i}, err
}

// readPassphrase reads the first line of a file.
func readPassphrase(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the passphrase file %s cannot be read: %w", path, reason(err))
	}
	line, _, _ := strings.Cut(string(data), "\n")
	line = strings.TrimRight(line, "\r")
	if len([]rune(line)) < minPassphrase {
		return "", fmt.Errorf("the passphrase in %s has fewer than %d characters: write a longer one", path, minPassphrase)
	}
	return line, nil
}
