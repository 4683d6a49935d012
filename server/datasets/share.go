package datasets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/nats-io/nats.go/jetstream"

	"cuaderno/server/store"
	"cuaderno/training/imdb"
	"cuaderno/training/imdb/practice"
)

// Share lets the machines that share a store give their data sets to one another. The practice
// corpus is not sent: every machine can make it.
func Share(ctx context.Context, st *store.Store, l *Library) error {
	objects, err := st.Objects(ctx, jetstream.ObjectStoreConfig{Bucket: "cuaderno-corpora", Description: "data sets, by their hash"})
	if err != nil {
		return err
	}
	l.share = func(ctx context.Context, c *imdb.Corpus) error {
		if c.Name == practice.Name {
			return nil
		}
		_, err := objects.GetInfo(ctx, c.SHA256)
		if err == nil || !errors.Is(err, jetstream.ErrObjectNotFound) {
			return err
		}
		r, w := io.Pipe()
		done := make(chan struct{})
		go func() {
			defer close(done)
			w.CloseWithError(imdb.Pack(w, c))
		}()
		_, err = objects.Put(ctx, jetstream.ObjectMeta{Name: c.SHA256}, r)
		r.CloseWithError(errors.Join(errors.New("the store takes no more"), err))
		<-done
		return err
	}
	l.elsewhere = func(ctx context.Context, sha256 string) (*imdb.Corpus, error) {
		o, err := objects.Get(ctx, sha256)
		if err != nil {
			return nil, fmt.Errorf("nor in the store: %w", err)
		}
		defer o.Close()
		c, err := imdb.Unpack(o)
		if err != nil {
			return nil, err
		}
		if c.SHA256 != sha256 {
			return nil, fmt.Errorf("the store has another data set under the name %.12s: %w", sha256, imdb.ErrDamaged)
		}
		slog.Info("data set fetched", "name", c.Name)
		return c, nil
	}
	return nil
}
