package runs

import (
	"testing"
	"time"
)

func TestMeter(t *testing.T) {
	var m meter
	at := time.Unix(1000, 0)
	for range 300 { // ten a second, for half a minute
		m.step(at)
		at = at.Add(100 * time.Millisecond)
	}
	if total, rate := m.read(at); total != 300 || rate != 10 {
		t.Errorf("%d steps, %v a second", total, rate)
	}
	if _, rate := m.read(at.Add(5 * time.Second)); rate != 5 {
		t.Errorf("five seconds later %v a second", rate)
	}
	if total, rate := m.read(at.Add(time.Minute)); total != 300 || rate != 0 {
		t.Errorf("a minute later %d steps, %v a second", total, rate)
	}
}
