package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// typist types README's lines into a shell, in a fresh copy of what is under version control, as somebody
// does who has just cloned it.
type typist struct {
	t       *testing.T
	readme  []string // what is not typed yet
	dir     string
	env     []string
	exports []string // what the shell remembers
	run     string   // the newest, for lines that say ID
	last    string   // what the last line printed
	out     string   // of it, what a pipe would get
	serving []*process
}

// typed is what becomes of a line of README.
type typed struct {
	line    string   // how it begins
	instead []string // old and new by turns, for what another machine, port or afternoon stands for
	see     []string // expressions that its output matches
	file    []string // that are there afterwards
	serves  bool     // until somebody presses Ctrl-C
	beside  bool     // other terminals stay as they are; else Ctrl-C is pressed in them before
	check   func(x *typist)
}

// TestReadme types every line of README in its order, and looks whether it does what README says. What
// README shows and nobody here knows is a failure: each new line wants to be looked at.
func TestReadme(t *testing.T) {
	data := realData(t)
	if os.Getenv("CUADERNO_CI") == "" {
		t.Skip("runs in CI: it builds and trains for minutes")
	}
	web, queue := freeAddress(t), freeAddress(t)
	x := clone(t, data, web)
	here := []string{"10.0.0.5:4222", queue}
	address := "http://" + web
	for _, want := range []typed{
		{line: "go run ./server", serves: true, check: func(x *typist) { x.page(address, "", http.StatusOK, "Cuaderno") }},
		// Those that run this very test: here they are compiled alone.
		{line: "go test ./...", instead: []string{"go test", "go test -run '^$'"}, see: []string{`ok\s+cuaderno/server/e2e`, `ok\s+cuaderno/training/op`}},
		{line: "go build -o cuaderno", file: []string{"cuaderno"}},
		{line: "export PATH"},
		{line: "cuaderno train --epochs 2", see: []string{`Epoch 1/2`, `Epoch 2/2`, `val_accuracy: 0\.[78]`}, check: (*typist).newest},
		{line: "cuaderno train --maxlen 40 --json", check: func(x *typist) { x.objects("start", "end") }},
		{line: "cuaderno classify \"A joy", see: []string{`0\.\d+`}},
		{line: "cuaderno classify - <", see: []string{`(?s)0\.\d+.*0\.\d+`}},
		{line: "cuaderno classify --in film.csv", file: []string{"judged.csv"}},
		{line: "cuaderno runs", see: []string{`ID`}},
		{line: "cuaderno evaluate --run ID", see: []string{`0\.[78]`}},
		{line: "nats-server -js", instead: []string{"-js", "-js -a 127.0.0.1 -p " + port(queue) + " -sd nats"}, serves: true, beside: true, check: func(x *typist) { x.says("Server is ready") }},
		{line: "cuaderno serve  --nats", instead: here, serves: true, beside: true, check: func(x *typist) { x.page(address, "", http.StatusOK, "Cuaderno") }},
		{line: "cuaderno worker --nats", instead: here, serves: true, beside: true, check: func(x *typist) { x.says("the worker has begun") }},
		{line: "cuaderno export --run ID --format h5", file: []string{"cuaderno-ID.weights.h5"}},
		{line: "cuaderno export --run ID --format onnx", file: []string{"cuaderno-ID.onnx"}},
		{line: "cuaderno export --run ID --format safetensors", file: []string{"cuaderno-ID.safetensors"}},
		{line: "cuaderno export --run ID --format json", file: []string{"cuaderno-ID.vocabulary.json"}},
		{line: "cuaderno export --run ID --format ipynb", file: []string{"cuaderno-ID.ipynb"}},
		{line: "cuaderno import cuaderno-ID.weights.h5"},
		{line: "cuaderno serve --addr 0.0.0.0:8080", instead: []string{"0.0.0.0:8080", web}, serves: true, check: func(x *typist) {
			x.page(address, "lesson.example.org:"+port(web), http.StatusOK, "Cuaderno")
			x.page(address, "elsewhere.example.org", http.StatusMisdirectedRequest, "--host")
		}},
		{line: "docker build", instead: []string{`docker build --build-arg VERSION=`, `VERSION=`, ` -t cuaderno .`, "; " + x.image()}, file: []string{"out/cuaderno", "out/licenses"}},
		{line: "docker run", instead: []string{`docker run -p 8080:8080 -v cuaderno:/state cuaderno`, "env CUADERNO_DATA= CUADERNO_ADDR=" + web + " CUADERNO_STATE=$PWD/out/state out/cuaderno " + strings.Join(x.directive("CMD"), " ")},
			serves: true, check: func(x *typist) {
				x.page(address, "", http.StatusOK, "Cuaderno")
				health := x.shell(t.Context(), "CUADERNO_ADDR="+web+" out/cuaderno "+strings.Join(x.directive("HEALTHCHECK")[1:], " "))
				if out, err := health.CombinedOutput(); err != nil {
					x.t.Errorf("health: %v: %s", err, out)
				}
			}},
		// The drills, which run for themselves, only have to know what is asked of them.
		{line: "CUADERNO_DATA=$PWD/data go test ./server/e2e -run TestSoak", instead: []string{" -v", " -v -list TestSoak"}, see: []string{`TestSoak`}},
		{line: "go test ./server/e2e -run TestKilledAtAButton", instead: []string{" -v", " -v -list TestKilledAtAButton"}, see: []string{`TestKilledAtAButton`}},
	} {
		if len(x.readme) == 0 {
			t.Fatalf("README no longer says %q", want.line)
		}
		line := x.readme[0]
		x.readme = x.readme[1:]
		if !strings.HasPrefix(line, want.line) {
			t.Fatalf("README says %q where %q was known", line, want.line)
		}
		x.types(line, want)
	}
	x.interrupt()
	if len(x.readme) > 0 {
		t.Errorf("README says more than is known here: %q", x.readme)
	}
}

// clone copies the checkout, with the files that README's lines take for granted.
func clone(t *testing.T, data, addr string) *typist {
	t.Helper()
	x := &typist{t: t, dir: t.TempDir()}
	root := filepath.Join("..", "..")
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	names, err := list.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	for name := range strings.SplitSeq(strings.Trim(string(names), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, os.ErrNotExist) {
			continue // removed, and not committed yet
		}
		if err != nil {
			t.Fatal(err)
		}
		x.write(name, string(text))
	}
	commit := exec.Command("bash", "-ec", `git init -q; git add -A; git -c user.name=x -c user.email=x@example.org commit -q -m x`)
	commit.Dir = x.dir
	if out, err := commit.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	x.write("reviews.txt", "A joy from start to end.\nI left the cinema after ten minutes of this mess.\n")
	x.write("film.csv", "review\nA joy from start to end.\n\"Dull, long, and badly acted.\"\n")
	if err := os.Symlink(data, filepath.Join(x.dir, "data")); err != nil {
		t.Fatal(err)
	}
	path, err := natsBinary()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "CUADERNO_") && !strings.HasPrefix(v, "HOME=") && !strings.HasPrefix(v, "XDG_") && !strings.HasPrefix(v, "PATH=") {
			x.env = append(x.env, v)
		}
	}
	for _, name := range []string{"GOENV", "GOPATH", "GOCACHE", "GOMODCACHE"} { // they lie in the home that Go knows
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		x.env = append(x.env, name+"="+strings.TrimSpace(string(out)))
	}
	x.env = append(x.env, "HOME="+home, "PATH="+filepath.Dir(path)+string(os.PathListSeparator)+os.Getenv("PATH"),
		// The afternoon that a default training takes is cut short; the rest is as on a newcomer's machine.
		"CUADERNO_DATA="+data, "CUADERNO_ADDR="+addr, "CUADERNO_EPOCHS=1")
	// Blocks of lines that are indented by four blanks; the Compose file among them needs an engine.
	blocks := regexp.MustCompile(`(?m)(?:^    .*\n)+`)
	for _, block := range blocks.FindAllString(x.read("README.md"), -1) {
		if strings.HasPrefix(block, "    services:") {
			continue
		}
		for line := range strings.Lines(block) {
			x.readme = append(x.readme, strings.TrimSpace(line))
		}
	}
	return x
}

func (x *typist) write(name, text string) {
	x.t.Helper()
	path := filepath.Join(x.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		x.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		x.t.Fatal(err)
	}
}

func (x *typist) read(name string) string {
	x.t.Helper()
	text, err := os.ReadFile(filepath.Join(x.dir, name))
	if err != nil {
		x.t.Fatal(err)
	}
	return string(text)
}

// shell prepares a line, after what the shell remembers.
func (x *typist) shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "bash", "-ec", strings.Join(append(x.exports, line), "\n"))
	cmd.Dir, cmd.Env = x.dir, x.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	// Ctrl-C goes to all that the terminal runs.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = 20 * time.Second
	return cmd
}

// types types one line, and looks.
func (x *typist) types(line string, want typed) {
	x.t.Helper()
	began := time.Now()
	defer func() { x.t.Logf("%5.1fs  %s", time.Since(began).Seconds(), line) }()
	id := func(s string) string { return regexp.MustCompile(`\bID\b`).ReplaceAllString(s, x.run) }
	for i := 0; i < len(want.instead); i += 2 {
		if !strings.Contains(line, want.instead[i]) {
			x.t.Fatalf("%q lacks %q", line, want.instead[i])
		}
		line = strings.ReplaceAll(line, want.instead[i], want.instead[i+1])
	}
	line, _, _ = strings.Cut(line, "   #")
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "export ") {
		x.exports = append(x.exports, line)
		return
	}
	line = id(line)
	if !want.beside {
		x.interrupt()
	}
	if want.serves {
		ctx, cancel := context.WithCancel(context.Background())
		p := &process{t: x.t, name: line, cmd: x.shell(ctx, line), stop: cancel}
		p.begin()
		x.t.Cleanup(p.end)
		x.serving = append(x.serving, p)
		want.check(x)
		return
	}
	cmd := x.shell(x.t.Context(), line)
	var screen, out said
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&screen, &out), &screen
	err := cmd.Run()
	x.last, x.out = screen.String(), out.String()
	if err != nil {
		x.t.Fatalf("%s: %v\n%s", line, err, x.last)
	}
	for _, see := range want.see {
		if !regexp.MustCompile(id(see)).MatchString(x.last) {
			x.t.Errorf("%s: %q is not in\n%s", line, id(see), x.last)
		}
	}
	for _, name := range want.file {
		if info, err := os.Stat(filepath.Join(x.dir, id(name))); err != nil || info.Size() == 0 {
			x.t.Errorf("%s: %s: %v\n%s", line, id(name), err, x.last)
		}
	}
	if want.check != nil {
		want.check(x)
	}
}

// interrupt presses Ctrl-C, in the terminal opened last first.
func (x *typist) interrupt() {
	x.t.Helper()
	for _, p := range slices.Backward(x.serving) {
		p.stop()
		<-p.done
		code := p.cmd.ProcessState.ExitCode()
		if known := code == 1 && strings.HasPrefix(p.name, "go run "); code != 0 && code != 130 && !known { // go run has only that one
			x.t.Errorf("%s ended with %v:\n%s", p.name, p.err, p.log.String())
		}
	}
	x.serving = nil
}

// says waits for an expression in what the process prints that was begun last.
func (x *typist) says(see string) {
	x.t.Helper()
	p := x.serving[len(x.serving)-1]
	p.until(func() bool { return regexp.MustCompile(see).MatchString(p.log.String()) })
}

// page looks at a page, by a host's name if there is one.
func (x *typist) page(url, host string, code int, see string) {
	x.t.Helper()
	p := x.serving[len(x.serving)-1]
	p.url = url
	p.until(p.ready)
	req, err := http.NewRequestWithContext(x.t.Context(), http.MethodGet, url+"/", nil)
	if err != nil {
		x.t.Fatal(err)
	}
	req.Host = host
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		x.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		x.t.Fatal(err)
	}
	if res.StatusCode != code || !bytes.Contains(body, []byte(see)) {
		x.t.Errorf("%s as %q: %s, and no %q in\n%.500s", url, host, res.Status, see, body)
	}
}

// newest learns the id that the next lines mean by ID.
func (x *typist) newest() {
	x.t.Helper()
	out, err := x.shell(x.t.Context(), "cuaderno runs --json").Output()
	if err != nil {
		x.t.Fatal(err)
	}
	var newest struct{ Run string }
	if err := json.NewDecoder(bytes.NewReader(out)).Decode(&newest); err != nil || newest.Run == "" {
		x.t.Fatalf("%v in %s", err, out)
	}
	x.run = newest.Run
}

// objects checks that every line is an object, and the events of the first and the last.
func (x *typist) objects(first, last string) {
	x.t.Helper()
	var events []string
	for line := range strings.Lines(x.out) {
		var e struct{ Event string }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			x.t.Errorf("%v: %s", err, line)
		}
		events = append(events, e.Event)
	}
	if events[0] != first || events[len(events)-1] != last {
		x.t.Errorf("events %q", events)
	}
}

// image is what the Dockerfile runs, with its directories of the root in the clone.
func (x *typist) image() string {
	x.t.Helper()
	text := strings.ReplaceAll(x.read("Dockerfile"), "\\\n", "")
	var lines []string
	for _, run := range regexp.MustCompile(`(?m)^RUN (.*)`).FindAllStringSubmatch(text, -1) {
		lines = append(lines, strings.ReplaceAll(run[1], "/out", "$PWD/out"))
	}
	if len(lines) == 0 {
		x.t.Fatal("the Dockerfile runs nothing")
	}
	return strings.Join(lines, "; ")
}

// directive is the list that one of the Dockerfile's last directives gives.
func (x *typist) directive(name string) (words []string) {
	x.t.Helper()
	found := regexp.MustCompile(`(?m)^` + name + ` [^\[]*(\[.*\])$`).FindStringSubmatch(x.read("Dockerfile"))
	if found == nil {
		x.t.Fatalf("the Dockerfile has no %s", name)
	}
	if err := json.Unmarshal([]byte(found[1]), &words); err != nil {
		x.t.Fatal(err)
	}
	return words
}
