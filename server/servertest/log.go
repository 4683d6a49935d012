package servertest

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"
)

// Buffer may be read while it is written.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// LogLine is a line of a log in JSON.
type LogLine struct {
	Level, Msg, Method, Path, Code, Error, Request, From string
	Status                                               int
	Duration                                             time.Duration
	MoreBefore                                           int `json:"more_before"`
}

// LogLines are those with a message.
func LogLines(t testing.TB, b *Buffer, msg string) (found []LogLine) {
	t.Helper()
	for text := range strings.Lines(b.String()) {
		var line LogLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if line.Msg == msg {
			found = append(found, line)
		}
	}
	return found
}
