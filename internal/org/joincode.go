package org

import (
	"crypto/rand"
	"strings"
	"unicode"
)

// joinAlphabet leaves out what is read or heard alike: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
const joinAlphabet = "34679ACDEFGHJKMNPQRTWXY"

// joinGroup is how many characters each of the two groups has.
const joinGroup = 5

// newJoinCode makes a code of 10 characters (45 bits) in two groups: it opens membership only, and trying codes is
// limited by the route.
func newJoinCode() string {
	var b strings.Builder
	random := make([]byte, 64)
	for b.Len() < 2*joinGroup+1 {
		rand.Read(random)
		for _, r := range random {
			if limit := 256 - 256%len(joinAlphabet); int(r) >= limit || b.Len() > 2*joinGroup {
				continue
			}
			if b.Len() == joinGroup {
				b.WriteByte('-')
			}
			b.WriteByte(joinAlphabet[int(r)%len(joinAlphabet)])
		}
	}
	return b.String()
}

// readJoinCode returns a typed code as it is stored: people leave out the hyphen and write small letters. ok is false when it
// cannot be a code.
func readJoinCode(typed string) (code string, ok bool) {
	letters := strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, typed)
	if len(letters) != 2*joinGroup || strings.Trim(letters, joinAlphabet) != "" {
		return "", false
	}
	return letters[:joinGroup] + "-" + letters[joinGroup:], true
}
