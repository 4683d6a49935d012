package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// binary is the server, built once for all tests.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "cuaderno")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "cuaderno")
	build := exec.Command("go", "build", "-o", path, "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as the image has it
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the server: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// missing ends a test that needs what this machine does not have; in CI that is a failure.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CUADERNO_CI") != "" {
		t.Fatal("CI must have " + what)
	}
	t.Skip("needs " + what)
}

// realData is the directory of the IMDB files, as an absolute path.
func realData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("CUADERNO_DATA")
	if dir == "" {
		missing(t, "the IMDB files: set CUADERNO_DATA")
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", "..", dir)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// command prepares the binary with no setting but the given ones: neither the reader's own state nor
// a data set of this machine.
func command(t *testing.T, ctx context.Context, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	home := t.TempDir()
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "CUADERNO_") && !strings.HasPrefix(v, "HOME=") && !strings.HasPrefix(v, "XDG_") && !strings.HasPrefix(v, "KERAS_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	// No proxy answers there: the machine without internet of the acceptance.
	cmd.Env = append(cmd.Env, "HOME="+home, "HTTPS_PROXY=http://127.0.0.1:1", "HTTP_PROXY=http://127.0.0.1:1")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// serve starts a server and returns its address. The server ends with the test, and must end well.
func serve(t *testing.T, args ...string) string {
	t.Helper()
	return start(t, t.TempDir(), freeAddress(t), args...).url
}

// process is a program of ours that runs beside the test.
type process struct {
	t    *testing.T
	name string
	url  string
	cmd  *exec.Cmd
	stop context.CancelFunc
	log  said
	done chan struct{} // closed when it has ended, with err
	err  error
}

// said is what a process printed so far.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// start serves on a state directory and waits until the server is ready.
func start(t *testing.T, state, addr string, args ...string) *process {
	t.Helper()
	p := launch(t, "server at "+addr, append([]string{"serve", "--addr", addr, "--state", state}, args...)...)
	p.url = "http://" + addr
	p.until(p.ready)
	return p
}

// launch starts the program with any command.
func launch(t *testing.T, name string, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p := &process{t: t, name: name, cmd: command(t, ctx, args...), stop: cancel}
	p.begin()
	t.Cleanup(p.end)
	return p
}

// begin starts the command, keeps what it says, and notices its end.
func (p *process) begin() {
	p.t.Helper()
	p.done = make(chan struct{})
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
}

// end asks the process to end, unless it has, and waits.
func (p *process) end() {
	select {
	case <-p.done:
		return
	default:
	}
	p.stop()
	<-p.done
	if code := p.cmd.ProcessState.ExitCode(); code != 0 && code != 130 {
		p.t.Errorf("the %s ended with %v", p.name, p.err)
	}
	if p.t.Failed() {
		p.t.Logf("the %s said:\n%s", p.name, p.log.String())
	}
}

// kill gives the process no chance to say a word.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	<-p.done
}

func (p *process) ready() bool {
	res, err := http.Get(p.url + "/readyz")
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// until waits for something while the process lives.
func (p *process) until(what func() bool) {
	p.t.Helper()
	for range 600 {
		if what() {
			return
		}
		select {
		case <-p.done:
			p.t.Fatalf("the %s ended with %v:\n%s", p.name, p.err, p.log.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
	p.t.Fatalf("waited in vain for the %s:\n%s", p.name, p.log.String())
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
