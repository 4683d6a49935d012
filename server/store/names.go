package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// Stream opens a stream, making it if it is not there.
func (s *Store) Stream(ctx context.Context, c jetstream.StreamConfig) (jetstream.Stream, error) {
	st, err := s.JetStream.Stream(ctx, c.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		c.Storage, c.Replicas = s.Storage, s.Replicas
		st, err = s.CreateOrUpdateStream(ctx, c)
	}
	if err != nil {
		return nil, fmt.Errorf("store: stream %s: %w", c.Name, err)
	}
	return st, nil
}

// Bucket opens a key-value bucket, making it if it is not there.
func (s *Store) Bucket(ctx context.Context, c jetstream.KeyValueConfig) (jetstream.KeyValue, error) {
	kv, err := s.KeyValue(ctx, c.Bucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		c.Storage, c.Replicas = s.Storage, s.Replicas
		kv, err = s.CreateOrUpdateKeyValue(ctx, c)
	}
	if err != nil {
		return nil, fmt.Errorf("store: bucket %s: %w", c.Bucket, err)
	}
	return kv, nil
}

// Objects opens an object store, making it if it is not there.
func (s *Store) Objects(ctx context.Context, c jetstream.ObjectStoreConfig) (jetstream.ObjectStore, error) {
	o, err := s.ObjectStore(ctx, c.Bucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		c.Storage, c.Replicas = s.Storage, s.Replicas
		o, err = s.CreateOrUpdateObjectStore(ctx, c)
	}
	if err != nil {
		return nil, fmt.Errorf("store: objects %s: %w", c.Bucket, err)
	}
	return o, nil
}
