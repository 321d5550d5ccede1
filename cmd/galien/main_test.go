package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/rogpeppe/go-internal/testscript"

	"galien/internal/platform/db"
	"galien/internal/testkit/postgres"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"galien": main})
}

// The scripts run the program as a person does at a terminal. Besides testscript's own commands they have:
//
//	sentence REGEXP      the last command's stderr is one sentence, from galien, that matches
//	sql URL STATEMENT    runs a statement as a superuser of the database
//	recorded FILE LIST FEATURE…  the ledger of a SQLite file holds these actions of these features by the system, in this order
//	flip FILE OFFSET     inverts the bits of a byte; from the end when OFFSET is negative
//	agekey FILE NAME     makes an age key, puts its public half in the environment
//	occupy NAME          listens on a port until the end of the script, puts its address in the environment
//	postgres NAME        makes an empty PostgreSQL database, puts its URL in the environment; [postgres] says whether it can
func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition: func(name string) (bool, error) {
			if name == "postgres" {
				return !testing.Short(), nil
			}
			return false, fmt.Errorf("unknown condition %s", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"sentence": sentence, "sql": execSQL, "recorded": recorded, "flip": flip, "agekey": ageKey, "occupy": occupy,
			"postgres": func(ts *testscript.TestScript, _ bool, args []string) { ts.Setenv(args[0], postgres.DSN(t)) },
		},
	})
}

func sentence(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile("stderr")
	if !strings.HasPrefix(text, "galien: ") || strings.Count(text, "\n") != 1 {
		ts.Fatalf("stderr is not one sentence of galien:\n%s", text)
	}
	if !regexp.MustCompile(args[0]).MatchString(text) {
		ts.Fatalf("stderr does not match %q:\n%s", args[0], text)
	}
}

func execSQL(ts *testscript.TestScript, _ bool, args []string) {
	url := args[0]
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		url = "sqlite:" + ts.MkAbs(path)
	}
	d, err := db.Open(context.Background(), url)
	ts.Check(err)
	_, err = d.Writer().ExecContext(context.Background(), args[1])
	ts.Check(err)
	ts.Check(d.Close())
}

const systemActions = "SELECT action FROM audit_event WHERE actor_id = '00000000-0000-0000-0000-000000000000' ORDER BY at, id"

func recorded(ts *testscript.TestScript, _ bool, args []string) {
	d, err := db.Open(context.Background(), "sqlite:"+ts.MkAbs(args[0]))
	ts.Check(err)
	var have []string
	ts.Check(d.Read(context.Background(), func(tx *db.Tx) error {
		return db.Each(context.Background(), tx, func(action string) error {
			if feature, _, _ := strings.Cut(action, "."); slices.Contains(args[2:], feature) {
				have = append(have, action)
			}
			return nil
		}, systemActions)
	}))
	ts.Check(d.Close())
	if strings.Join(have, " ") != args[1] {
		ts.Fatalf("recorded: %s", strings.Join(have, " "))
	}
}

func flip(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	if at < 0 {
		at += len(data)
	}
	data = bytes.Clone(data)
	data[at] = ^data[at]
	ts.Check(os.WriteFile(path, data, 0o600))
}

func ageKey(ts *testscript.TestScript, _ bool, args []string) {
	key, err := age.GenerateX25519Identity()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(key.String()+"\n"), 0o600))
	ts.Setenv(args[1], key.Recipient().String())
}

func occupy(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { ts.Check(l.Close()) })
	ts.Setenv(args[0], l.Addr().String())
}
