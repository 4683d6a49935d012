package runs

import (
	"sync"
	"time"
)

// meter counts training steps, in all and of late.
type meter struct {
	mu    sync.Mutex
	total uint64
	ring  [meterSeconds + 1]struct {
		second int64
		steps  uint64
	}
}

// meterSeconds is how far back the rate looks.
const meterSeconds = 10

func (m *meter) step(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.total++
	slot := &m.ring[now.Unix()%int64(len(m.ring))]
	if slot.second != now.Unix() {
		slot.second, slot.steps = now.Unix(), 0
	}
	slot.steps++
}

// read gives all steps so far, and how many a second in the last whole seconds.
func (m *meter) read(now time.Time) (total uint64, rate float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, slot := range m.ring {
		if age := now.Unix() - slot.second; age >= 1 && age <= meterSeconds {
			rate += float64(slot.steps) / meterSeconds
		}
	}
	return m.total, rate
}

// Steps tells how many training steps this process's workers have made, and how many a second of late.
func (s *Service) Steps() (total uint64, rate float64) { return s.meter.read(time.Now()) }
