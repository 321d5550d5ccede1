package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"galien/internal/assess"
	"galien/internal/platform/audit"
	"galien/internal/platform/db"
)

type verifyLogCmd struct {
	common
	JSON bool `help:"Print the report as JSON." name:"json"`
}

// verification is the report of the ledger and of the answer logs.
type verification struct {
	Events       int             `json:"events"`
	Leaves       int             `json:"leaves"`
	Checkpoints  int             `json:"checkpoints"`
	Erased       int             `json:"erased"`
	Attempts     int             `json:"attempts"`
	AnswerEvents int             `json:"answerEvents"`
	Heads        int             `json:"heads"`
	ErasedLogs   int             `json:"erasedLogs"`
	Findings     []ledgerFinding `json:"findings"`
	More         int             `json:"more"`
}

type ledgerFinding struct {
	Table   string `json:"table"`
	Key     string `json:"key"`
	Problem string `json:"problem"`
}

// Run recomputes everything and fails when anything does not agree.
func (c *verifyLogCmd) Run(ctx context.Context, out io.Writer) error {
	a, err := c.open(ctx)
	if err != nil {
		return err
	}
	var logs assess.LogReport
	report, err := a.Audit.Verify(ctx, audit.Options{}, func(ctx context.Context, tx *db.Tx) (findings []audit.Finding, err error) {
		logs, findings, err = assess.VerifyLogs(ctx, tx, a.Ring)
		return findings, err
	})
	if err := errors.Join(err, a.Close()); err != nil {
		return err
	}
	v := verification{Events: report.Events, Leaves: report.Leaves, Checkpoints: report.Checkpoints, Erased: report.Erased,
		Attempts: logs.Attempts, AnswerEvents: logs.Events, Heads: logs.Heads, ErasedLogs: logs.Erased,
		Findings: []ledgerFinding{}, More: report.More}
	for _, f := range report.Findings {
		v.Findings = append(v.Findings, ledgerFinding(f))
	}
	if c.JSON {
		err = json.NewEncoder(out).Encode(v)
	} else {
		err = errors.Join(v.print(out), printLedger(out, report))
	}
	if n := len(v.Findings) + v.More; err == nil && n > 0 {
		return fmt.Errorf("the ledger or the answer logs do not verify, findings: %d; keep the data folder as it is and compare with a backup", n)
	}
	return err
}

func (v verification) print(out io.Writer) error {
	_, err := fmt.Fprintf(out, "answer logs: %d attempts, %d events, %d heads named by the ledger, %d of an erased person\n",
		v.Attempts, v.AnswerEvents, v.Heads, v.ErasedLogs)
	return err
}

// printLedger says what a verification read, then each finding on a line.
func printLedger(out io.Writer, r audit.Report) error {
	_, err := fmt.Fprintf(out, "ledger: %d events, %d sealed under %d checkpoints, %d of an erased person\n", r.Events, r.Leaves, r.Checkpoints, r.Erased)
	for _, f := range r.Findings {
		_, printErr := fmt.Fprintln(out, f)
		err = errors.Join(err, printErr)
	}
	if r.More > 0 {
		_, printErr := fmt.Fprintf(out, "and %d more\n", r.More)
		err = errors.Join(err, printErr)
	}
	if err == nil && len(r.Findings) == 0 {
		_, err = fmt.Fprintln(out, "everything agrees")
	}
	return err
}
