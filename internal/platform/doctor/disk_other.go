//go:build !linux

package doctor

// freeBytes is not known on this system.
func freeBytes(string) (uint64, bool) { return 0, false }
