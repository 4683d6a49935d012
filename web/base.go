package web

import (
	"context"

	"github.com/a-h/templ"
)

type baseKey struct{}

// WithBase lets everything that is rendered with the context point below a path, where a proxy has
// the notebook. Without it, or with "", addresses begin at the root.
func WithBase(ctx context.Context, base string) context.Context {
	return context.WithValue(ctx, baseKey{}, base)
}

// at is an address of ours, given from the root.
func at(ctx context.Context, path string) templ.SafeURL {
	base, _ := ctx.Value(baseKey{}).(string)
	return templ.SafeURL(base + path)
}
