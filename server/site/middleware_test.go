package site

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"cuaderno/server/servertest"
	"cuaderno/server/session"
)

// behind is a site that takes the word of proxies at these addresses.
func behind(t *testing.T, networks ...string) *testSite {
	t.Helper()
	trusted, err := NewProxies(networks)
	if err != nil {
		t.Fatal(err)
	}
	return newSite(t, func(c *Config) { c.Notebooks, c.Edge.Proxies = 100, trusted })
}

// statuses counts the answers to n requests of each reader, all at the same time.
func crowd(readers []*servertest.Reader, n int, ask func(r *servertest.Reader, i int) int) map[int]int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	counts := map[int]int{}
	for _, r := range readers {
		wg.Go(func() {
			for i := range n {
				status := ask(r, i)
				mu.Lock()
				counts[status]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return counts
}

func (s *testSite) readers(n int) []*servertest.Reader {
	all := make([]*servertest.Reader, n)
	for i := range all {
		all[i] = s.reader()
	}
	return all
}

// The figures of a school behind one address: 25 readers and 3,000 requests, of which 1,000 were refused;
// 60 readers who open the page, change settings and look again.
func TestAnAddressIsShared(t *testing.T) {
	t.Run("25 readers", func(t *testing.T) {
		counts := crowd(behind(t).readers(25), 120, func(r *servertest.Reader, i int) int {
			if i == 0 {
				return r.Get("/").Status
			}
			return r.Get("/nowhere").Status
		})
		servertest.Same(t, "answers", counts, map[int]int{http.StatusOK: 25, http.StatusNotFound: 25 * 119})
	})
	t.Run("60 readers", func(t *testing.T) {
		counts := crowd(behind(t).readers(60), 12, func(r *servertest.Reader, i int) int {
			if i%4 == 0 {
				return r.Get("/").Status
			}
			return r.Script("/cells/pad/fields", url.Values{"maxlen": {fmt.Sprint(20 + i)}}).Status
		})
		servertest.Same(t, "answers", counts, map[int]int{http.StatusOK: 60 * 3, http.StatusNoContent: 60 * 9})
	})
	t.Run("but not for a flood of one of them", func(t *testing.T) {
		all := behind(t).readers(2)
		all[0].Get("/")
		all[1].Get("/")
		counts := crowd(all[:1], ofNotebook.burst+200, func(r *servertest.Reader, _ int) int { return r.Get("/nowhere").Status })
		if counts[http.StatusTooManyRequests] == 0 {
			t.Errorf("answers %v", counts)
		}
		servertest.Same(t, "another reader", all[1].Get("/").Status, http.StatusOK)
		refused := all[0].Get("/nowhere")
		for refused.Status != http.StatusTooManyRequests {
			refused = all[0].Get("/nowhere")
		}
		servertest.Same(t, "when to come again", refused.Header.Get("Retry-After"), "1")
	})
	t.Run("nor for one that calls itself another each time", func(t *testing.T) {
		r := behind(t).reader()
		counts := map[int]int{}
		for i := range ofNewcomer.burst + 500 {
			counts[r.Get("/nowhere", "Cookie", readerCookie+"="+servertest.NotebookID(i)).Status]++
		}
		if n := counts[http.StatusTooManyRequests]; n < 200 {
			t.Errorf("answers %v", counts)
		}
	})
}

// Where a request comes from is what trusted proxies say, and nobody else.
func TestProxies(t *testing.T) {
	// flood asks as a newcomer each time, and counts what is refused.
	flood := func(s *testSite, from func(i int) string) (refused int) {
		r := s.reader()
		for i := range ofNewcomer.burst + 300 {
			if r.Get("/nowhere", "X-Forwarded-For", from(i)).Status == http.StatusTooManyRequests {
				refused++
			}
		}
		return refused
	}
	many := func(i int) string { return fmt.Sprintf("203.0.113.%d", i%250) }
	t.Run("that are trusted tell readers apart", func(t *testing.T) {
		if n := flood(behind(t, "127.0.0.0/8"), many); n > 0 {
			t.Errorf("%d were refused", n)
		}
	})
	t.Run("that add the port", func(t *testing.T) {
		if n := flood(behind(t, "127.0.0.0/8"), func(i int) string { return many(i) + ":51000" }); n > 0 {
			t.Errorf("%d were refused", n)
		}
	})
	for name, c := range map[string]struct {
		trust []string
		from  func(i int) string
	}{
		"none is trusted":                {nil, many},
		"another is trusted":             {[]string{"192.0.2.0/24"}, many},
		"what stands before is made up":  {[]string{"127.0.0.1"}, func(i int) string { return many(i) + ", 198.51.100.7" }},
		"a chain of proxies":             {[]string{"127.0.0.1", "10.0.0.0/8"}, func(i int) string { return many(i) + ", 198.51.100.7, 10.1.2.3" }},
		"nonsense":                       {[]string{"127.0.0.1"}, func(i int) string { return fmt.Sprint("reader ", i) }},
		"one IPv6 customer with ports":   {[]string{"127.0.0.1"}, func(i int) string { return fmt.Sprintf("[2001:db8:1:2::%x]:443", i+1) }},
		"addresses of one IPv6 customer": {[]string{"127.0.0.1"}, func(i int) string { return fmt.Sprintf("2001:db8:1:2::%x", i+1) }},
	} {
		t.Run(name, func(t *testing.T) {
			if n := flood(behind(t, c.trust...), c.from); n < 100 {
				t.Errorf("only %d were refused", n)
			}
		})
	}
	t.Run("are addresses or networks", func(t *testing.T) {
		p, err := NewProxies([]string{"10.1.2.3/8", " ::1", "192.0.2.7"})
		servertest.Same(t, "error", err, nil)
		for address, want := range map[string]bool{
			"10.200.0.1:80": true, "[::1]:80": true, "192.0.2.7": true, "[::ffff:192.0.2.7]:1": true, "192.0.2.8": false, "": false, "proxy": false, "@": false,
		} {
			servertest.Same(t, address, p.has(address), want)
		}
		for _, text := range []string{"proxy.example", "10.0.0.0/40", "", "10.0.0.1:80", "fe80::1%eth0"} {
			_, err := NewProxies([]string{text})
			servertest.Has(t, fmt.Sprint(err), "--trust-proxy")
		}
	})
}

// Behind TLS the cookies are kept from any other connection, and browsers are told so where it is wanted.
func TestEncryptedConnections(t *testing.T) {
	for name, c := range map[string]struct {
		proxy, proto string
		change       func(*Edge)
		secure       bool
		hsts         string
	}{
		"plain":                         {proxy: "127.0.0.1", proto: "http"},
		"as a proxy says":               {proxy: "127.0.0.1", proto: "https", secure: true},
		"as a chain of proxies says":    {proxy: "127.0.0.1", proto: "https, http", secure: true},
		"as somebody says":              {proxy: "192.0.2.1", proto: "https", change: func(e *Edge) { e.HSTS = time.Hour }},
		"as the flag says":              {proxy: "192.0.2.1", change: func(e *Edge) { e.Secure, e.HSTS = true, time.Hour }, secure: true, hsts: "max-age=3600"},
		"and no other, as a proxy says": {proxy: "127.0.0.1", proto: "https", change: func(e *Edge) { e.HSTS = 4320 * time.Hour }, secure: true, hsts: "max-age=15552000"},
		"but this is plain":             {proxy: "127.0.0.1", proto: "http", change: func(e *Edge) { e.HSTS = time.Hour }},
	} {
		t.Run(name, func(t *testing.T) {
			trusted, err := NewProxies([]string{c.proxy})
			servertest.Same(t, "error", err, nil)
			s := newSite(t, func(cfg *Config) {
				cfg.Edge.Proxies = trusted
				if c.change != nil {
					c.change(&cfg.Edge)
				}
			})
			a := s.reader().Get("/?lang=en", "X-Forwarded-Proto", c.proto, "X-Forwarded-Ssl", "on", "X-Url-Scheme", "https")
			servertest.Same(t, "HSTS", a.Header.Get("Strict-Transport-Security"), c.hsts)
			cookies := a.Header.Values("Set-Cookie")
			servertest.Same(t, "cookies", len(cookies), 3) // of the notebook, of its forms, of the language
			for _, cookie := range cookies {
				servertest.Same(t, cookie, strings.Contains(cookie, "; Secure"), c.secure)
			}
		})
	}
}

func TestNetworkOf(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.9": "203.0.113.9", "::ffff:203.0.113.9": "203.0.113.9", "2001:db8:1:2:3::4": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "",
	} {
		servertest.Same(t, address, session.NetworkOf(address), want)
	}
	servertest.Same(t, "a prefix reads back", netip.MustParsePrefix(session.NetworkOf("::1")).Bits(), 64)
}
