package store

import (
	"fmt"
	"log/slog"
)

// logger hands what the embedded server says to slog.
type logger struct{}

func (logger) Noticef(format string, v ...any) { slog.Debug("nats: " + fmt.Sprintf(format, v...)) }
func (logger) Warnf(format string, v ...any)   { slog.Warn("nats: " + fmt.Sprintf(format, v...)) }
func (logger) Errorf(format string, v ...any)  { slog.Warn("nats: " + fmt.Sprintf(format, v...)) }
func (logger) Fatalf(format string, v ...any)  { slog.Error("nats: " + fmt.Sprintf(format, v...)) }
func (logger) Debugf(format string, v ...any)  {}
func (logger) Tracef(format string, v ...any)  {}
