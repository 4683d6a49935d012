package e2e

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"testing"
	"time"

	"cuaderno/training"
	"cuaderno/training/fit"
)

var roundsFlag = flag.Int("rounds", 0, "rounds of each kind in which the server is killed the moment a button was pressed; 0 is 1, and 10 in CI")

// window is within how long after a button was pressed the server is killed.
const window = 30 * time.Millisecond

// Train, Resume and Stop are pressed and the server is killed within 30 ms. After a restart the run does
// not hang, and what had been learnt is there.
func TestKilledAtAButton(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many servers")
	}
	many := *roundsFlag
	if many == 0 {
		many = 1
		if os.Getenv("CUADERNO_CI") != "" {
			many = 10
		}
	}
	for _, button := range []string{"run", "resume", "interrupt"} {
		t.Run(button, func(t *testing.T) {
			d := &drill{t: t, state: t.TempDir(), addr: freeAddress(t), chance: drawn(t), button: button}
			d.start()
			began := time.Now()
			for d.round = 1; d.round <= many; d.round++ {
				d.play()
			}
			t.Logf("%d rounds in %v: the button did something in %d, hung %d, lost %d", many, time.Since(began).Round(time.Second), d.took, d.hung, d.lost)
		})
	}
}

// drill is one server after another on one state directory; every round has a reader of its own.
type drill struct {
	t           *testing.T
	state, addr string
	server      *process
	chance      *rand.Rand
	button      string
	round       int
	said        string // by the server that was killed

	took, hung, lost int
}

func (d *drill) start() {
	d.t.Helper()
	d.server = start(d.t, d.state, d.addr, "--offline", "--debug-vars")
}

// play is one round.
func (d *drill) play() {
	r := newReader(d.t)
	d.prepare(r)
	if d.button != "run" && !d.begin(r) {
		return
	}
	before, err := r.look(d.server.url)
	if err != nil {
		d.t.Fatal(err)
	}
	delay := time.Duration(d.chance.Int64N(int64(window)))
	status := d.killed(r, "/cells/fit/"+d.button, delay)
	d.start()
	after, ok := d.settle(r)
	at := fmt.Sprintf("round %d, killed %v after the press (answered %d)", d.round, delay.Round(100*time.Microsecond), status)
	if !ok {
		d.hung++
		d.t.Errorf("%s: hangs: %v", at, after.busy())
		return
	}
	d.judge(r, at, status == http.StatusNoContent, before, after)
}

// judge looks at what the round has left.
func (d *drill) judge(r *reader, at string, acknowledged bool, before, after sight) {
	pressed := map[string]bool{
		"run": after.state != "", "resume": after.state == fit.Finished, "interrupt": after.state == fit.Interrupted,
	}[d.button]
	if pressed {
		d.took++
	}
	if acknowledged && !pressed && (d.button != "interrupt" || after.state != fit.Finished) {
		d.lost++
		d.t.Errorf("%s: what was acknowledged has not happened: %q", at, after.state)
		return
	}
	if d.button == "run" && after.state == "" {
		return // never heard of
	}
	least := before.epochs
	if d.button == "interrupt" {
		least-- // the weights of the last may have been on their way to the disk; until then those before are kept
	}
	if !d.kept(r, at, least, after) || after.state == fit.Finished {
		return
	}
	// What is left unfinished can be resumed, and ends.
	r.post(d.server.url, "/cells/fit/resume", nil)
	end, ok := d.settle(r)
	if !ok || end.state != fit.Finished {
		d.hung++
		d.t.Errorf("%s: resumed it does not finish: %q %v", at, end.state, end.busy())
		return
	}
	d.kept(r, at+", resumed", after.epochs, end)
}

// kept checks that fit still has weights, of at least so many epochs.
func (d *drill) kept(r *reader, at string, least int, after sight) bool {
	status, _, _ := r.export(d.server.url, "safetensors", "")
	if status == http.StatusOK && after.epochs >= least && (after.state == fit.Finished || after.state == fit.Interrupted) {
		return true
	}
	d.lost++
	d.t.Errorf("%s: %q after %d epochs where %d must be kept, its weights answer %d; the server that was killed said:\n%s\nand the next\n%s",
		at, after.state, after.epochs, least, status, d.said, d.server.log.String())
	return false
}

// prepare brings a reader to where only fit is left to do, with a run that takes a second.
func (d *drill) prepare(r *reader) {
	r.page(d.server.url)
	s := training.Defaults()
	s.NumWords, s.Maxlen, s.EmbeddingDim, s.Units, s.BatchSize, s.Epochs, s.Seed = 300, 10, 4, 4, 512, 16, d.chance.Uint64N(1000)
	r.fill(d.server.url, s)
	for _, cell := range []string{"pad", "compile"} {
		r.post(d.server.url, "/cells/"+cell+"/run", nil)
	}
	if s, ok := d.settle(r); !ok || s.validity["compile"] != "evaluated" || s.validity["pad"] != "evaluated" {
		d.t.Fatalf("the cells before fit did not run: %v %v", s.busy(), s.validity)
	}
}

// begin trains until some epochs are told; to resume, the run is stopped then. It is false where the run
// was over before.
func (d *drill) begin(r *reader) bool {
	d.t.Helper()
	r.post(d.server.url, "/cells/fit/run", nil)
	var s sight
	d.server.until(func() bool {
		s, _ = r.look(d.server.url)
		return s.epochs >= 2 || s.state == fit.Finished
	})
	if d.button == "resume" {
		r.post(d.server.url, "/cells/fit/interrupt", nil)
		s, _ = d.settle(r)
		if s.state == fit.Interrupted {
			return true
		}
	}
	if s.state == fit.Finished {
		d.t.Logf("round %d does not count: the run was over too soon", d.round)
		d.round--
	}
	return s.state != fit.Finished
}

// killed presses a button and kills the server a moment later; it returns what was answered, 0 if
// nothing was.
func (d *drill) killed(r *reader, path string, delay time.Duration) int {
	answer := make(chan int, 1)
	go func() {
		status, _ := r.send(d.server.url, path, nil)
		answer <- status
	}()
	time.Sleep(delay)
	d.server.kill()
	d.said = d.server.log.String()
	return <-answer
}

// settle waits until nothing of the reader's waits or works any more; false if it stands still before.
func (d *drill) settle(r *reader) (sight, bool) {
	d.t.Helper()
	was, since := "", time.Now()
	for {
		s, err := r.look(d.server.url)
		if err != nil {
			d.t.Fatal(err)
		}
		busy := s.busy()
		if len(busy) == 0 {
			return s, true
		}
		now := fmt.Sprint(busy, d.server.vars().Cuaderno.Steps)
		if now != was {
			was, since = now, time.Now()
		}
		if time.Since(since) > standstill {
			return s, false
		}
		time.Sleep(20 * time.Millisecond)
	}
}
