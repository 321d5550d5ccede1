package audit

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// checkpoint is a signed head of the log. Its note's text is tlog's tree description followed by two lines:
//
//	go.sum database tree
//	1200
//	nND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=
//	previous 1187
//	at 1795350000000000
//
// previous is the size under the checkpoint before (0: none), so that none can be taken out between two; at is the time
// in microseconds since 1970 UTC.
type checkpoint struct {
	tree     tlog.Tree
	previous int64
	at       int64
	signed   string // the whole note, signature included; "" for the head of an empty log
}

func (c checkpoint) text() string {
	return fmt.Sprintf("%sprevious %d\nat %d\n", tlog.FormatTree(c.tree), c.previous, c.at)
}

// sign returns the checkpoint with its note.
func (c checkpoint) sign(signer note.Signer) (checkpoint, error) {
	msg, err := note.Sign(&note.Note{Text: c.text()}, signer)
	c.signed = string(msg)
	return c, err
}

// openCheckpoint checks a note's signature and reads it. The error completes the sentence «the checkpoint …».
func openCheckpoint(signed string, verifier note.Verifier) (checkpoint, error) {
	n, err := note.Open([]byte(signed), note.VerifierList(verifier))
	if err != nil {
		return checkpoint{}, errors.New("does not bear this installation's signature: it was altered or forged")
	}
	// One checkpoint has one text: no second signature line, no other spelling of the same signature.
	sig := n.Sigs[0]
	if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil || signed != n.Text+"\n— "+sig.Name+" "+sig.Base64+"\n" {
		return checkpoint{}, errors.New("was altered beside its signature")
	}
	c := checkpoint{signed: signed}
	c.tree, err = tlog.ParseTree([]byte(n.Text))
	if err != nil {
		return checkpoint{}, errors.New("is signed but describes no tree")
	}
	extra := strings.TrimPrefix(n.Text, string(tlog.FormatTree(c.tree)))
	if _, err := fmt.Sscanf(extra, "previous %d\nat %d\n", &c.previous, &c.at); err != nil || c.text() != n.Text {
		return checkpoint{}, errors.New("is signed but is not of this log's format")
	}
	return c, nil
}

// time is when the checkpoint was signed.
func (c checkpoint) time() time.Time { return time.UnixMicro(c.at).UTC() }
