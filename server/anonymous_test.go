package main

import (
	"errors"
	"strings"
	"testing"

	"cuaderno/server/servertest"
)

// An address that stands where it should not is repeated without who uses it.
func TestUsersAreLeftOut(t *testing.T) {
	for _, text := range []string{
		"unexpected argument nats://SECRET=@10.0.0.5:4222", "unexpected argument nats://SEC,RET@10.0.0.5", "unexpected argument SECRET=@10.0.0.5",
		"--nats-wait: expected 1m, not nats://SEC:RET@10.0.0.5", `"nats://SEC/RET@10.0.0.5" is no duration`,
	} {
		got := usageError{errors.New(text)}.Error()
		if strings.Contains(got, "SEC") || strings.Contains(got, "RET") || !strings.Contains(got, "xxxxx@10.0.0.5") {
			t.Errorf("%s", got)
		}
	}
	servertest.Same(t, "of other errors, what stands after a scheme", anonymous("listen tcp: lookup nats://SECRET@10.0.0.5: no such host"), "listen tcp: lookup nats://xxxxx@10.0.0.5: no such host")
	servertest.Same(t, "a file's name", anonymous("open /home/me@work/a.csv: no such file"), "open /home/me@work/a.csv: no such file")
}
