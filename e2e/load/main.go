// Command load measures the answer path of the real program: an open-loop generator of learners over HTTP, the same
// durable insert without the application, and the weight and time of the main pages. docs/measured.md has its figures.
//
//	load run --rate 1000 --pages 300 --seconds 60 --database postgres
//	load search --database sqlite
//	load raw --database sqlite
//	load pages
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/alecthomas/kong"

	"galien/e2e/server"
)

type commands struct {
	Run    runCmd    `cmd:"" help:"Offer a fixed rate of answers and pages."`
	Search searchCmd `cmd:"" help:"Raise the rate until the 99th percentile passes its limit or an answer fails."`
	Raw    rawCmd    `cmd:"" help:"The durable insert of an answer, without the application."`
	Pages  pagesCmd  `cmd:"" help:"Start times, size of the program, time and weight of the main pages."`
}

// target is what every command measures.
type target struct {
	Database string `help:"Engine: sqlite or postgres (on the server of GALIEN_TEST_POSTGRES)." default:"sqlite" enum:"sqlite,postgres"`
	Binary   string `help:"The program; built by default." placeholder:"FILE"`
	Dir      string `help:"Folder for the run's files; a temporary one, removed at the end, by default." placeholder:"DIR"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var cli commands
	command := kong.Parse(&cli, kong.Name("load"), kong.BindTo(ctx, (*context.Context)(nil)))
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		stop()
		os.Exit(1)
	}
}

// within gives f a folder and the program's path, and removes what it made.
func (t target) within(ctx context.Context, f func(dir, binary string) error) (err error) {
	dir := t.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "galien-load-*"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	binary := t.Binary
	if binary == "" {
		if binary, err = server.Build(ctx, dir); err != nil {
			return err
		}
	}
	binary, err = filepath.Abs(binary)
	if err != nil {
		return err
	}
	return f(dir, binary)
}

// milliseconds shows a duration with two figures after the point.
func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1000) }
