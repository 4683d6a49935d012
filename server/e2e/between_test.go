package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
)

// between stands in front of a server: it can answer posts by itself, and keep cookies from it. On
// another port of the same host it is another site to the browser, and the same reader's.
type between struct {
	url     string
	status  atomic.Int64 // its own answer to posts; 0 is the server's
	without atomic.Bool  // cookies
}

func standBetween(t *testing.T, server string) *between {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	b := &between{}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
		if b.without.Load() {
			r.Out.Header.Del("Cookie")
		}
	}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status := int(b.status.Load()); status != 0 && r.Method == http.MethodPost {
			w.WriteHeader(status)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	b.url = s.URL
	return b
}
