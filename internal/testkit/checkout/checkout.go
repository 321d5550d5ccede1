// Package checkout finds the folder of the project that the tests run in.
package checkout

import (
	"errors"
	"os"
	"path/filepath"
)

// Root returns the root folder of the module that holds the working directory, which is the tested package's own.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("checkout: the working directory is in no module")
		}
		dir = parent
	}
}
