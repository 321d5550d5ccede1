package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Config says which program to run, where and on what.
type Config struct {
	Binary   string // path of the program
	Command  string // "serve" or "demo"; "" is serve
	Data     string // its data folder
	Database string // its --database; "" is SQLite in the data folder
	Listen   string // address; "" takes a free port of loopback
}

// Server is a running program.
type Server struct {
	Config Config
	URL    string        // http://ADDRESS
	Ready  time.Duration // from the start of the process to its first successful /readyz
	cmd    *exec.Cmd
	exited chan struct{}
	log    *os.File
}

// patience bounds the start: a fresh SQLite database is ready in well under a second on an idle machine.
const patience = 60 * time.Second

// Start starts the program and waits until it is ready. What it logs goes to server.log in its data folder, appended.
func Start(ctx context.Context, c Config) (*Server, error) {
	if c.Listen == "" {
		address, err := FreeAddress()
		if err != nil {
			return nil, err
		}
		c.Listen = address
	}
	if c.Command == "" {
		c.Command = "serve"
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(c.Data, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	s := &Server{Config: c, URL: "http://" + c.Listen, exited: make(chan struct{}), log: log}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return s, nil
}

func (s *Server) start(ctx context.Context) error {
	args := []string{s.Config.Command, "--listen", s.Config.Listen, "--data", s.Config.Data}
	if s.Config.Database != "" {
		args = append(args, "--database", s.Config.Database)
	}
	s.cmd = exec.Command(s.Config.Binary, args...)
	s.cmd.Stderr = s.log
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return err
	}
	announced := make(chan struct{})
	go s.watch(stdout, announced)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case <-announced:
	case <-s.exited:
		return fmt.Errorf("the program ended before it was ready: see %s", s.log.Name())
	case <-ctx.Done():
		return errors.Join(ctx.Err(), s.Kill())
	}
	if err := s.probe(ctx); err != nil {
		return errors.Join(err, s.Kill())
	}
	s.Ready = time.Since(began)
	return nil
}

// watch reads what the program prints until it ends: the line with «is ready» says that it listens.
func (s *Server) watch(stdout io.Reader, announced chan<- struct{}) {
	told := false
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if !told && strings.Contains(lines.Text(), " is ready at ") {
			told = true
			close(announced)
		}
	}
	// Wait after the pipe's end only, as os/exec asks; how the process ended is in its log.
	_ = s.cmd.Wait()
	close(s.exited)
}

// probe asks for /readyz until it says yes.
func (s *Server) probe(ctx context.Context) error {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/readyz", nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			status := res.StatusCode
			if err := res.Body.Close(); err != nil {
				return err
			}
			if status == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the program does not become ready: %w", ctx.Err())
		case <-s.exited:
			return fmt.Errorf("the program ended before it was ready: see %s", s.log.Name())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// PID is the number of the process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Kill ends the process as a power cut of its own would (SIGKILL) and waits until it is gone.
func (s *Server) Kill() error { return s.end(syscall.SIGKILL) }

// Stop asks the process to end and waits until it has.
func (s *Server) Stop() error { return s.end(syscall.SIGTERM) }

func (s *Server) end(signal syscall.Signal) error {
	err := s.cmd.Process.Signal(signal)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	select {
	case <-s.exited:
	case <-time.After(patience):
		err = errors.Join(err, fmt.Errorf("process %d does not end", s.PID()))
	}
	return errors.Join(err, s.log.Close())
}

// FreeAddress returns an address of loopback on which nobody listens.
func FreeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
