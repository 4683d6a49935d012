//go:build linux

package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// disk is a small disk of its own, which outlives the servers on it. It is mounted where only those
// processes see it that are run on it.
type disk struct {
	dir    string
	holder *exec.Cmd
}

// newDisk makes a disk of so many megabytes, if this machine allows it.
func newDisk(t *testing.T, megabytes int) (*disk, error) {
	dir := t.TempDir()
	d := &disk{dir: dir, holder: exec.Command("unshare", "-rm", "sh", "-c",
		fmt.Sprintf(`mount -t tmpfs -o size=%dm tmpfs "$0" && echo mounted && exec cat`, megabytes), dir)}
	stdin, err := d.holder.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := d.holder.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := d.holder.Start(); err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		stdin.Close() // ends cat
		_ = d.holder.Wait()
	})
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		return nil, errors.New("no leave to mount a small disk")
	}
	if out, err := d.on("true").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("no leave to run something on a small disk: %w: %s", err, out)
	}
	return d, nil
}

// on prepares a command that sees the disk.
func (d *disk) on(args ...string) *exec.Cmd {
	return exec.Command("nsenter", append([]string{"--preserve-credentials", "-U", "-m", "-t", strconv.Itoa(d.holder.Process.Pid), "--"}, args...)...)
}

// serve starts a server that keeps its state on the disk.
func (d *disk) serve(t *testing.T, addr string, args ...string) *process {
	t.Helper()
	inside := command(t, t.Context(), append([]string{"serve", "--addr", addr, "--state", d.dir}, args...)...)
	cmd := d.on(inside.Args...)
	cmd.Env = inside.Env
	p := &process{t: t, name: "server on a small disk", url: "http://" + addr, cmd: cmd}
	p.stop = func() { _ = cmd.Process.Signal(os.Interrupt) }
	p.begin()
	t.Cleanup(p.end)
	return p
}

// fill takes all room and keeps it while it lasts.
func (d *disk) fill(last time.Duration) error {
	name := filepath.Join("/proc", strconv.Itoa(d.holder.Process.Pid), "root", d.dir, "filler")
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer os.Remove(name)
	defer f.Close()
	for end := time.Now().Add(last); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		for _, size := range []int{1 << 20, 4 << 10} {
			block := make([]byte, size)
			for err = nil; err == nil; {
				_, err = f.Write(block)
			}
			if !errors.Is(err, syscall.ENOSPC) {
				return err
			}
		}
	}
	return nil
}

// starve leaves a process without a free descriptor for a while. Those that it has stay.
func starve(pid int, last time.Duration) error {
	var was unix.Rlimit
	if err := unix.Prlimit(pid, unix.RLIMIT_NOFILE, nil, &was); err != nil {
		return err
	}
	if err := unix.Prlimit(pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 0, Max: was.Max}, nil); err != nil {
		return err
	}
	time.Sleep(last)
	return unix.Prlimit(pid, unix.RLIMIT_NOFILE, &was, nil)
}

// burden is what a process takes of the machine.
type burden struct {
	resident    float64 // MB
	heap        float64 // MB of it that Go has in use, or has had since the last collection
	descriptors int
	goroutines  int
}

func burdenOf(p *process) (b burden, err error) {
	dir := filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid))
	text, err := os.ReadFile(filepath.Join(dir, "status"))
	if err != nil {
		return b, err
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	var kilobytes float64
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		return b, fmt.Errorf("resident memory: %w", err)
	}
	open, err := os.ReadDir(filepath.Join(dir, "fd"))
	if err != nil {
		return b, err
	}
	v := p.vars()
	b = burden{resident: kilobytes / 1e3, heap: v.Memory.Heap / 1e6, descriptors: len(open), goroutines: v.Cuaderno.Goroutines}
	if b.goroutines == 0 {
		return b, io.ErrUnexpectedEOF
	}
	return b, nil
}

// rested is the least that a process takes within a while: what it took for a moment has been given back.
func rested(p *process, while time.Duration) (least burden, err error) {
	for end := time.Now().Add(while); ; time.Sleep(200 * time.Millisecond) {
		b, err := burdenOf(p)
		if err != nil {
			return least, err
		}
		if least == (burden{}) {
			least = b
		}
		least = burden{min(least.resident, b.resident), min(least.heap, b.heap), min(least.descriptors, b.descriptors), min(least.goroutines, b.goroutines)}
		if time.Now().After(end) {
			return least, nil
		}
	}
}
