//go:build linux

package e2e

import (
	"flag"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var (
	soakFlag = flag.Duration("soak", 0, "how long the soak lasts; 0 is 8s, and 90s in CI")
	realFlag = flag.Bool("soak.data", false, "soak with the real reviews (CUADERNO_DATA)")
)

// soak is a server, those who use it, and what happens to it.
type soak struct {
	t       *testing.T
	chance  *rand.Rand
	real    bool
	disk    *disk  // nil where there is no leave for one
	state   string // where there is no disk
	url     string
	server  *process
	readers []*soaker
	figures tally
	filled  atomic.Bool // the disk has been full
	wrongs  atomic.Int64

	work sync.RWMutex // held by whoever does something, and by a rest
	over chan struct{}
	wg   sync.WaitGroup
}

// Ten readers do everything that a page can do, while one training after another runs, the server is
// killed at drawn moments, its disk is full for a while, and it has no free descriptor for a while. What
// was acknowledged is there, nothing waits for ever, and at rest the server takes no more than before.
func TestSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	length := *soakFlag
	if length == 0 {
		length = 8 * time.Second
		if os.Getenv("CUADERNO_CI") != "" {
			length = 90 * time.Second
		}
	}
	s := &soak{t: t, chance: drawn(t), real: *realFlag, url: "http://" + freeAddress(t), over: make(chan struct{})}
	s.place()
	s.start()
	for n := range 10 {
		s.readers = append(s.readers, newSoaker(s, n))
	}
	defer func() { t.Log(s.figures.table()) }()
	defer s.end()
	s.together(func(r *soaker) { r.begin() })
	for _, r := range s.readers {
		s.wg.Go(r.live)
	}
	s.kills(length * 2 / 5)
	s.wait(length / 5)
	s.rest(length, &s.figures.early)
	s.faults(length*2/5, min(max(length/15, time.Second), 20*time.Second))
	s.rest(length, &s.figures.late)
	s.flat()
	s.kill()
	s.rest(length, nil)
	s.export()
}

// place finds a place for what the server keeps: a small disk, where that may be.
func (s *soak) place() {
	megabytes := 100
	if s.real {
		megabytes = 2000
	}
	d, err := newDisk(s.t, megabytes)
	if err == nil {
		s.disk = d
		return
	}
	if os.Getenv("CUADERNO_CI") != "" {
		s.t.Fatal("CI must have ", err)
	}
	s.t.Log("no disk is filled: ", err)
	s.state = s.t.TempDir()
}

func (s *soak) start() {
	s.t.Helper()
	addr, args := s.url[len("http://"):], []string{"--offline", "--debug-vars"}
	if s.real {
		args = []string{"--data", realData(s.t), "--debug-vars"}
	}
	if s.disk == nil {
		s.server = start(s.t, s.state, addr, args...)
		return
	}
	s.server = s.disk.serve(s.t, addr, args...)
	s.server.until(s.server.ready)
}

// turn lets a reader do something unless there is a rest; false once the soak is over.
func (s *soak) turn(do func()) bool {
	s.work.RLock()
	defer s.work.RUnlock()
	if s.ended() {
		return false
	}
	do()
	return true
}

func (s *soak) ended() bool {
	select {
	case <-s.over:
		return true
	default:
		return false
	}
}

// end sends everybody home.
func (s *soak) end() {
	close(s.over)
	for _, r := range s.readers {
		for _, tab := range r.tabs {
			tab.hangUp()
		}
	}
	s.wg.Wait()
}

// wrong notes what must not be. After some the soak has said enough.
func (s *soak) wrong(format string, args ...any) {
	const enough = 40
	if n := s.wrongs.Add(1); n <= enough {
		s.t.Errorf(format, args...)
	} else if n == enough+1 {
		s.t.Error("and more")
	}
}

// together lets all readers do something at the same time, and waits.
func (s *soak) together(do func(*soaker)) {
	var all sync.WaitGroup
	for _, r := range s.readers {
		all.Go(func() { do(r) })
	}
	all.Wait()
}

// wait lets time pass while the server lives.
func (s *soak) wait(d time.Duration) {
	s.t.Helper()
	select {
	case <-time.After(d):
	case <-s.server.done:
		s.t.Fatalf("the server ended by itself with %v:\n%s", s.server.err, s.server.log.String())
	}
}

// kills kills the server again and again while everything goes on.
func (s *soak) kills(last time.Duration) {
	s.t.Helper()
	shortest := min(last/8, 10*time.Second)
	for end := time.Now().Add(last); ; {
		next := shortest + time.Duration(s.chance.Int64N(int64(shortest)*2))
		if time.Now().Add(next).After(end) {
			s.wait(time.Until(end))
			return
		}
		s.wait(next)
		s.kill()
	}
}

func (s *soak) kill() {
	s.t.Helper()
	s.server.kill()
	s.figures.kills++
	if said := s.server.log.String(); strings.Contains(said, "panicked") || strings.Contains(said, "goroutine ") {
		s.wrong("the server panicked:\n%s", said)
	} else if s.wrongs.Load() > 0 {
		s.t.Logf("the server that was killed said:\n%s", said[max(0, len(said)-4000):])
	}
	s.start()
}

// faults lets the disk be full, and later the descriptors be used up.
func (s *soak) faults(last, fault time.Duration) {
	s.t.Helper()
	part := max(last-2*fault, 0) / 4
	s.wait(part)
	if s.disk != nil {
		s.filled.Store(true)
		if err := s.disk.fill(fault); err != nil {
			s.t.Fatal(err)
		}
	}
	s.wait(2 * part)
	if err := starve(s.server.cmd.Process.Pid, fault); err != nil {
		s.t.Fatal(err)
	}
	s.wait(part)
}
