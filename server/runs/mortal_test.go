package runs_test

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/nats-io/nats.go/jetstream"
)

// errDead is what everything answers once the process is as good as dead.
var errDead = errors.New("the process has died")

// mortal is a process's way to the store, which ends after some writes: the next one and whatever comes
// then is of no effect, as if the process had been killed there.
type mortal struct {
	jetstream.JetStream
	mu   sync.Mutex
	left int
	dead chan struct{} // closed by then
}

func newMortal(js jetstream.JetStream) *mortal {
	return &mortal{JetStream: js, left: 1 << 30, dead: make(chan struct{})}
}

// dieAfter lets so many more writes happen.
func (m *mortal) dieAfter(writes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left = writes
}

func (m *mortal) died() bool {
	select {
	case <-m.dead:
		return true
	default:
		return false
	}
}

// write counts.
func (m *mortal) write() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left--; m.left == -1 {
		close(m.dead)
	}
	return m.read()
}

func (m *mortal) read() error {
	if m.died() {
		return errDead
	}
	return nil
}

func (m *mortal) Publish(ctx context.Context, subject string, data []byte, opts ...jetstream.PublishOpt) (*jetstream.PubAck, error) {
	if err := m.write(); err != nil {
		return nil, err
	}
	return m.JetStream.Publish(ctx, subject, data, opts...)
}

func (m *mortal) KeyValue(ctx context.Context, bucket string) (jetstream.KeyValue, error) {
	kv, err := m.JetStream.KeyValue(ctx, bucket)
	return mortalBucket{kv, m}, err
}

func (m *mortal) ObjectStore(ctx context.Context, bucket string) (jetstream.ObjectStore, error) {
	o, err := m.JetStream.ObjectStore(ctx, bucket)
	return mortalObjects{o, m}, err
}

func (m *mortal) Stream(ctx context.Context, name string) (jetstream.Stream, error) {
	st, err := m.JetStream.Stream(ctx, name)
	return mortalStream{st, m}, err
}

type mortalBucket struct {
	jetstream.KeyValue
	m *mortal
}

func (b mortalBucket) Get(ctx context.Context, key string) (jetstream.KeyValueEntry, error) {
	if err := b.m.read(); err != nil {
		return nil, err
	}
	return b.KeyValue.Get(ctx, key)
}

func (b mortalBucket) Create(ctx context.Context, key string, value []byte, opts ...jetstream.KVCreateOpt) (uint64, error) {
	if err := b.m.write(); err != nil {
		return 0, err
	}
	return b.KeyValue.Create(ctx, key, value, opts...)
}

func (b mortalBucket) Update(ctx context.Context, key string, value []byte, last uint64) (uint64, error) {
	if err := b.m.write(); err != nil {
		return 0, err
	}
	return b.KeyValue.Update(ctx, key, value, last)
}

type mortalObjects struct {
	jetstream.ObjectStore
	m *mortal
}

func (o mortalObjects) Put(ctx context.Context, meta jetstream.ObjectMeta, r io.Reader) (*jetstream.ObjectInfo, error) {
	if err := o.m.write(); err != nil {
		return nil, err
	}
	return o.ObjectStore.Put(ctx, meta, r)
}

func (o mortalObjects) Get(ctx context.Context, name string, opts ...jetstream.GetObjectOpt) (jetstream.ObjectResult, error) {
	if err := o.m.read(); err != nil {
		return nil, err
	}
	return o.ObjectStore.Get(ctx, name, opts...)
}

func (o mortalObjects) Delete(ctx context.Context, name string) error {
	if err := o.m.write(); err != nil {
		return err
	}
	return o.ObjectStore.Delete(ctx, name)
}

type mortalStream struct {
	jetstream.Stream
	m *mortal
}

func (s mortalStream) DeleteMsg(ctx context.Context, seq uint64) error {
	if err := s.m.write(); err != nil {
		return err
	}
	return s.Stream.DeleteMsg(ctx, seq)
}

func (s mortalStream) GetMsg(ctx context.Context, seq uint64, opts ...jetstream.GetMsgOpt) (*jetstream.RawStreamMsg, error) {
	if err := s.m.read(); err != nil {
		return nil, err
	}
	return s.Stream.GetMsg(ctx, seq, opts...)
}

func (s mortalStream) CreateOrUpdateConsumer(ctx context.Context, c jetstream.ConsumerConfig) (jetstream.Consumer, error) {
	consumer, err := s.Stream.CreateOrUpdateConsumer(ctx, c)
	return mortalConsumer{consumer, s.m}, err
}

type mortalConsumer struct {
	jetstream.Consumer
	m *mortal
}

func (c mortalConsumer) Next(opts ...jetstream.FetchOpt) (jetstream.Msg, error) {
	if err := c.m.read(); err != nil {
		return nil, err
	}
	msg, err := c.Consumer.Next(opts...)
	return mortalMsg{msg, c.m}, err
}

type mortalMsg struct {
	jetstream.Msg
	m *mortal
}

func (m mortalMsg) DoubleAck(ctx context.Context) error {
	if err := m.m.write(); err != nil {
		return err
	}
	return m.Msg.DoubleAck(ctx)
}

func (m mortalMsg) Ack() error {
	if err := m.m.write(); err != nil {
		return err
	}
	return m.Msg.Ack()
}

func (m mortalMsg) Nak() error {
	if err := m.m.write(); err != nil {
		return err
	}
	return m.Msg.Nak()
}
