package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/store"
	"cuaderno/server/store/storetest"
)

// crowd takes all inodes.
func crowd(t *testing.T, dir string) (release func()) {
	t.Helper()
	sub := filepath.Join(dir, "crowd")
	if err := os.Mkdir(sub, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		f, err := os.Create(filepath.Join(sub, fmt.Sprint(i)))
		if err != nil {
			break
		}
		f.Close()
	}
	return func() {
		if err := os.RemoveAll(sub); err != nil {
			t.Error(err)
		}
	}
}

// hoard takes all file descriptors, those too that are given back meanwhile.
func hoard(t *testing.T, _ string) (release func()) {
	t.Helper()
	var all []*os.File
	take := func() {
		for {
			f, err := os.Open(os.DevNull)
			if err != nil {
				return
			}
			all = append(all, f)
		}
	}
	take()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				take()
			case <-stop:
				return
			}
		}
	}()
	return func() {
		close(stop)
		<-stopped
		for _, f := range all {
			f.Close()
		}
	}
}

// A store whose disk has no room, no inode, or whose process has no descriptor left says so, and works
// again by itself when there are some: nothing that it acknowledged is lost, and whoever had a handle,
// a watcher or a consumer still has one that works.
func TestWorksAgainAfterAWant(t *testing.T) {
	for name, want := range map[string]struct {
		options string
		take    func(*testing.T, string) func()
	}{
		"room":        {"size=16m", storetest.Fill},
		"inodes":      {"size=64m,nr_inodes=300", crowd},
		"descriptors": {"size=400m", hoard},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each in a process of its own
			dir := storetest.SmallDisk(t, want.options)
			if dir == "" {
				return
			}
			works(t, dir, want.take)
		})
	}
}

func works(t *testing.T, dir string, take func(*testing.T, string) func()) {
	if strings.HasSuffix(t.Name(), "descriptors") {
		limit(t, 256)
	}
	ctx := t.Context()
	s := open(t, store.Options{Dir: filepath.Join(dir, "store")})
	defer s.Close()
	kv, err := s.Bucket(ctx, jetstream.KeyValueConfig{Bucket: "test"})
	if err != nil {
		t.Fatal(err)
	}
	counted := &counting{KeyValue: kv}
	view := &followed{got: map[string]string{}}
	var following sync.WaitGroup
	defer following.Wait()
	follow, leave := context.WithCancel(ctx)
	defer leave()
	if _, err := s.Follow(follow, &following, counted, ">", view.see); err != nil {
		t.Fatal(err)
	}
	stream, err := s.Stream(ctx, jetstream.StreamConfig{Name: "JOBS", Subjects: []string{"job.>"}, Retention: jetstream.WorkQueuePolicy})
	if err != nil {
		t.Fatal(err)
	}
	pull, err := stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{Durable: "workers", AckPolicy: jetstream.AckExplicitPolicy})
	if err != nil {
		t.Fatal(err)
	}
	logs, err := s.Stream(ctx, jetstream.StreamConfig{Name: "LOGS", Subjects: []string{"log.>"}})
	if err != nil {
		t.Fatal(err)
	}
	ordered, err := logs.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan string, 10_000)
	consuming, err := ordered.Consume(func(m jetstream.Msg) { heard <- string(m.Data()) })
	if err != nil {
		t.Fatal(err)
	}
	defer consuming.Stop()
	publish := func(subject, text string) error {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_, err := s.Publish(ctx, subject, []byte(text))
		return err
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	put := func(key, value string) error {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_, err := kv.PutString(ctx, key, value)
		return err
	}
	must(put("before", "1"))
	must(publish("log.a", "before"))
	must(publish("job.a", "before"))
	m, err := pull.Next(jetstream.FetchMaxWait(5 * time.Second))
	must(err)

	watchers := counted.watchers.Load()
	release := take(t, dir)
	// Writing goes on until it fails, in every stream: small writes may still find a place for a while.
	pad := strings.Repeat("x", 64<<10)
	acknowledged := map[string]string{"before": "1"}
	lastLog := "before"
	for i := range 600 {
		if value := fmt.Sprint(i, pad); put(fmt.Sprint("k", i), value) == nil {
			acknowledged[fmt.Sprint("k", i)] = value
		} else if s.Err() != nil {
			break
		}
		if text := fmt.Sprint(i, pad); publish("log.a", text) == nil {
			lastLog = text
		} else if s.Err() != nil {
			break
		}
	}
	until(t, 10*time.Second, func() bool { return s.Err() != nil })
	t.Logf("it says %v", s.Err())
	time.Sleep(lookTwice)
	if s.Err() == nil {
		t.Error("it says that all is well while nothing can be written")
	}
	release()
	waiting, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	must(s.Await(waiting))

	for key, value := range acknowledged {
		e, err := kv.Get(ctx, key)
		if err != nil || string(e.Value()) != value || !view.has(key) {
			t.Errorf("%s was acknowledged and is lost: %v", key, err)
		}
	}
	until(t, 10*time.Second, func() bool { return counted.watchers.Load() > watchers })
	must(put("after", "2"))
	until(t, 20*time.Second, func() bool { return view.has("after") })
	for key, value := range view.all() {
		if e, err := kv.Get(ctx, key); err != nil || string(e.Value()) != value {
			t.Errorf("%s was followed and is not there: %v", key, err)
		}
	}
	must(publish("log.a", "after"))
	late := time.After(20 * time.Second)
	for last := ""; last != "after"; {
		select {
		case text := <-heard:
			if text == "after" && last != lastLog {
				t.Error("the last entry heard before is not the last acknowledged")
			}
			last = text
		case <-late:
			t.Fatal("the consumer does not hear what is written")
		}
	}
	must(m.DoubleAck(ctx))
	must(publish("job.b", "after"))
	m, err = pull.Next(jetstream.FetchMaxWait(5 * time.Second))
	must(err)
	if string(m.Data()) != "after" {
		t.Errorf("the queue gave %q again", m.Data())
	}
	must(m.DoubleAck(ctx))
}

// lookTwice is time enough for a store to ask itself anew.
const lookTwice = 5 * time.Second

func until(t *testing.T, within time.Duration, f func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v", within)
		}
	}
}
