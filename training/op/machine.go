package op

import (
	"errors"
	"runtime"
	"sync"

	"gorgonia.org/gorgonia"
)

// machine is Gorgonia's virtual machine, running one program over and over.
//
// A run takes a goroutine of its own and locks its caller's thread. Begun anew for every step, that is
// two changes of thread each time, and the system now and then puts the new thread on the processor
// that is busy and leaves the other idle for milliseconds: a fifth of the time, measured. So one run
// does all steps. The program's first operation waits for a batch, its last sets the machine back.
type machine struct {
	vm    gorgonia.VM
	begin chan bool  // true for a batch, false for the end
	ended chan error // of a batch
	alive *sync.WaitGroup
	runs  bool
}

func newMachine(g *gorgonia.ExprGraph) machine {
	vm := gorgonia.NewTapeMachine(g)
	// Its finalizer gives devices back, of which there are none. Left in place it would keep every trainer
	// in memory for ever: the machine's operations reach back to the trainer and so to the machine, and
	// a cycle that holds an object with a finalizer is never collected.
	runtime.SetFinalizer(vm, nil)
	return machine{vm: vm, begin: make(chan bool, 1), ended: make(chan error, 1), alive: new(sync.WaitGroup)}
}

// turn does one step. Its own goroutine helps where the operations share out their work.
func (m *machine) turn() (err error) {
	if !m.runs {
		m.runs = true
		m.alive.Go(func() {
			err := m.vm.RunAll()
			m.vm.Reset()
			m.ended <- err
		})
	}
	trainings.Add(1)
	defer trainings.Add(-1)
	// Only as a helper: or the operations would look for another.
	err = receive(m.ended, func() { m.begin <- true })
	m.runs = err == nil
	return err
}

var errClosed = errors.New("op: the trainer was closed")

// wait is for the first operation: it returns when there is a batch. Until then it helps whoever reads
// reviews between the epochs.
func (m *machine) wait() error {
	if batch := receive(m.begin, nil); !batch {
		return errClosed
	}
	return nil
}

// again is for the last operation. Behind it the machine goes on with the second instruction of the
// program: the first loads an input, whose value no operation looks at, for they share the memory.
func (m *machine) again() {
	m.vm.Reset()
	m.ended <- nil
}

func (m *machine) close() error {
	if m.runs {
		m.runs = false
		m.begin <- false
		<-m.ended // errClosed
	}
	m.alive.Wait()
	return m.vm.Close()
}
