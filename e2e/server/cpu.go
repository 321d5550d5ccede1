package server

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of the times in /proc/PID/stat: USER_HZ, which is 100 on every Linux of ours.
const tick = 10 * time.Millisecond

// CPU is the processor time, user and system, that the process has used since its start.
func (s *Server) CPU() (time.Duration, error) {
	p, err := readProcess(s.PID())
	return p.cpu, err
}

// CPUOfFamily is the processor time of the process that is the parent of pid, of its children that live and of those
// that it has waited for: a PostgreSQL server, told by one of its backends.
func CPUOfFamily(pid int) (time.Duration, error) {
	child, err := readProcess(pid)
	if err != nil {
		return 0, err
	}
	parent, err := readProcess(child.parent)
	if err != nil {
		return 0, err
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	total := parent.cpu + parent.ended
	for _, stat := range stats {
		n, err := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
		if err != nil {
			return 0, err
		}
		p, err := readProcess(n)
		if errors.Is(err, os.ErrNotExist) {
			continue // ended since it was listed
		}
		if err != nil {
			return 0, err
		}
		if p.parent == child.parent {
			total += p.cpu
		}
	}
	return total, nil
}

// process is what /proc/PID/stat says of a process, see proc(5).
type process struct {
	parent int
	cpu    time.Duration // utime + stime
	ended  time.Duration // cutime + cstime: of the children it has waited for
}

func readProcess(pid int) (process, error) {
	name := fmt.Sprintf("/proc/%d/stat", pid)
	text, err := os.ReadFile(name)
	if err != nil {
		return process{}, err
	}
	// The second field, the command, is in parentheses and may hold anything.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	const parent, utime, cstime = 1, 11, 14 // fields 4, 14 and 17, counted after the command
	if len(fields) <= cstime {
		return process{}, fmt.Errorf("%s has %d fields", name, len(fields))
	}
	var n [cstime + 1]int
	for _, i := range []int{parent, utime, utime + 1, utime + 2, cstime} {
		if n[i], err = strconv.Atoi(fields[i]); err != nil {
			return process{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return process{parent: n[parent], cpu: time.Duration(n[utime]+n[utime+1]) * tick,
		ended: time.Duration(n[utime+2]+n[cstime]) * tick}, nil
}

// LoadAverage is the machine's over the last minute: how many processes wanted a processor.
func LoadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
