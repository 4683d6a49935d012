package e2e

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// terminal is a training whose lines the test reads.
type terminal struct {
	t     *testing.T
	state string
	cmd   *exec.Cmd
	out   *os.File
	lines *bufio.Reader
	first string
}

// trains starts a training, below the given words of a shell.
func trains(t *testing.T, epochs, shell string) *terminal {
	t.Helper()
	x := &terminal{t: t, state: t.TempDir()}
	inside := command(t, t.Context(), "train", "--offline", "--state", x.state, "--epochs", epochs, "--json",
		"--units=32", "--embedding-dim=32", "--maxlen=40", "--num-words=500", "--batch-size=128")
	x.cmd = exec.Command("sh", append([]string{"-c", shell + ` exec "$0" "$@"`}, inside.Args...)...)
	x.cmd.Env = inside.Env
	// Tests that were begun with nohup would hand down its deafness; what a process hears itself, its
	// children do not inherit.
	hears := make(chan os.Signal, 1)
	signal.Notify(hears, syscall.SIGHUP)
	defer signal.Stop(hears)
	out, err := x.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.cmd.Process.Kill() }) // fails where it has ended
	x.out = out.(*os.File)
	x.lines = bufio.NewReader(out)
	if x.first, err = x.lines.ReadString('\n'); err != nil {
		t.Fatalf("%q, %v", x.first, err)
	}
	return x
}

// ends reads what is left, waits, and tells the exit code.
func (x *terminal) ends() int {
	x.t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(io.Discard, x.lines) // the pipe may be closed
		_ = x.cmd.Wait()                    // the code tells
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		x.t.Fatal("the training goes on")
	}
	return x.cmd.ProcessState.ExitCode()
}

// kept counts the runs.
func (x *terminal) kept() int {
	x.t.Helper()
	out, err := command(x.t, x.t.Context(), "runs", "--json", "--state", x.state).Output()
	if err != nil {
		x.t.Fatal(err)
	}
	return strings.Count(string(out), "\n")
}

func (x *terminal) signal(s os.Signal) {
	x.t.Helper()
	if err := x.cmd.Process.Signal(s); err != nil {
		x.t.Fatal(err)
	}
}

// A run whose process was killed goes on, and ends with the weights of one that was left alone.
func TestTrainingOutlivesItsProcess(t *testing.T) {
	whole := trains(t, "6", "")
	want := whole.weights()
	x := trains(t, "6", "")
	var start struct{ Run string }
	if err := json.Unmarshal([]byte(x.first), &start); err != nil || start.Run == "" {
		t.Fatalf("%s: %v", x.first, err)
	}
	for range 2 { // epochs
		if line, err := x.lines.ReadString('\n'); err != nil {
			t.Fatalf("%q, %v", line, err)
		}
	}
	x.signal(os.Kill)
	x.ends()
	resumed := command(t, t.Context(), "train", "--offline", "--state", x.state, "--json", "--resume", start.Run)
	out, err := resumed.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := lastWeights(t, out); got != want {
		t.Errorf("weights %s, %s where it was left alone", got, want)
	}
	if !strings.Contains(string(out), `"epochs_done":`) {
		t.Errorf("it began anew: %s", out)
	}
	if n := x.kept(); n != 1 {
		t.Errorf("%d runs are kept", n)
	}
}

// weights reads to the end.
func (x *terminal) weights() string {
	x.t.Helper()
	out, err := io.ReadAll(x.lines)
	if err != nil {
		x.t.Fatal(err)
	}
	if err := x.cmd.Wait(); err != nil {
		x.t.Fatal(err)
	}
	return lastWeights(x.t, out)
}

// lastWeights are those that the last line tells of.
func lastWeights(t *testing.T, out []byte) string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	var end struct {
		Event string
		SHA   string `json:"weights_sha256"`
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &end); err != nil || end.Event != "end" || end.SHA == "" {
		t.Fatalf("%s: %v", out, err)
	}
	return end.SHA
}

// However its terminal goes away, a training keeps what it has learnt.
func TestTrainingOutlivesItsTerminal(t *testing.T) {
	t.Run("that is closed, and says so twice", func(t *testing.T) {
		x := trains(t, "100", "")
		x.signal(syscall.SIGHUP)
		x.signal(syscall.SIGHUP)
		if code := x.ends(); code != 130 {
			t.Errorf("exit code %d", code)
		}
		if n := x.kept(); n != 1 {
			t.Errorf("%d runs are kept", n)
		}
	})
	t.Run("as nohup wants it", func(t *testing.T) {
		x := trains(t, "3", "trap '' HUP;")
		x.signal(syscall.SIGHUP)
		if code := x.ends(); code != 0 {
			t.Errorf("exit code %d", code)
		}
	})
	t.Run("whose pipe is closed", func(t *testing.T) {
		x := trains(t, "100", "")
		x.out.Close()
		if code := x.ends(); code != 1 {
			t.Errorf("exit code %d", code)
		}
		if n := x.kept(); n != 1 {
			t.Errorf("%d runs are kept", n)
		}
	})
}
