package store

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// logger hands what the embedded server says to slog. Of a stream that could not be written to, and will
// not be written to again, nothing but the log tells.
type logger struct{ alarm func(error) }

func (logger) Noticef(string, ...any)          {} // a banner, and what it does when it starts
func (l logger) Warnf(format string, v ...any) { l.heed(fmt.Sprintf(format, v...)) }
func (l logger) Errorf(format string, v ...any) {
	l.heed(fmt.Sprintf(format, v...))
}
func (logger) Fatalf(format string, v ...any) { slog.Error("nats: " + fmt.Sprintf(format, v...)) }
func (logger) Debugf(format string, v ...any) {}
func (logger) Tracef(format string, v ...any) {}

func (l logger) heed(text string) {
	slog.Warn("nats: " + text)
	low := strings.ToLower(text)
	for _, sign := range []string{"write error", "failed to store", "permission denied while writing"} {
		if strings.Contains(low, sign) {
			l.alarm(errors.New(text))
			return
		}
	}
}
