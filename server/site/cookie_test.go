package site

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"cuaderno/server/servertest"

	"github.com/gorilla/websocket"

	"cuaderno/web"
)

// A page that lives longer than its token gets another one, and the cookie that belongs to it.
func TestTokenIsRenewed(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	old := servertest.Find(t, r.Get("/").Body, `name="csrf" value="([^"]+)"`)
	post := func(token string) int {
		return r.Send(http.MethodPost, "/cells/classify/fields", url.Values{"review": {"Still here."}}.Encode(), "X-Cuaderno", "1", "X-CSRF-Token", token).Status
	}
	servertest.Same(t, "status", post(old), http.StatusNoContent)
	a := r.Get("/token")
	servertest.Same(t, "the token stays while its cookie does", a.Body, old)
	servertest.Same(t, "cache", a.Header.Get("Cache-Control"), "no-store")
	expires, err := http.ParseTime(servertest.Find(t, strings.Join(a.Header.Values("Set-Cookie"), "\n"), `csrf=[^;]+; Path=/; Expires=([^;]+);`))
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(expires); left < cookieLife-time.Hour {
		t.Errorf("the token's cookie lasts %v", left)
	}

	at, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/token"} {
		cookies := strings.Join(r.Get(path).Header.Values("Set-Cookie"), "\n")
		servertest.Same(t, "how long the reader's cookie lasts, given anew by "+path, servertest.Find(t, cookies, readerCookie+`=[0-9a-f]+; Path=/; Max-Age=(\d+);`), "31536000")
	}
	r.Jar.SetCookies(at, []*http.Cookie{{Name: "csrf", Path: "/", MaxAge: -1}}) // a long time later
	servertest.Same(t, "status of a token that has run out", post(old), http.StatusForbidden)
	servertest.Same(t, "status of a new one", post(r.Get("/token").Body), http.StatusNoContent)
	servertest.Same(t, "a notebook for the token alone", strings.Contains(strings.Join(s.reader().Get("/token").Header.Values("Set-Cookie"), ""), readerCookie+"="), false)
}

// A browser that keeps no cookies is told so, with a script and without.
func TestBrowserWithoutCookies(t *testing.T) {
	s := newSite(t)
	r := s.reader()
	r.Jar = nil
	for name, header := range map[string][]string{
		"a form":              {"Origin", s.url, "Sec-Fetch-Site", "same-origin"},
		"a form, elsewhere":   {"Origin", "http://class.example"},
		"a script":            {"Origin", s.url, "Sec-Fetch-Site", "same-origin", "X-Cuaderno", "1"},
		"a script, elsewhere": {"Origin", "http://class.example", "X-Cuaderno", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, lang := range web.Langs {
				a := r.Send(http.MethodPost, "/cells/classify/run", "review=Nobody", append(header, "Accept-Language", string(lang))...)
				servertest.Same(t, "status", a.Status, http.StatusForbidden)
				text := "http.cookies"
				if slices.Contains(header, "X-Cuaderno") {
					servertest.Same(t, "the code", a.Header.Get("X-Cuaderno-Refused"), "cookies")
					text = "notice.cookies"
				}
				servertest.Has(t, a.Body, lang.T(text))
			}
		})
	}
	t.Run("a form of another site is still one", func(t *testing.T) {
		a := r.Send(http.MethodPost, "/restart", "a=b", "Origin", "http://evil.example", "Sec-Fetch-Site", "cross-site")
		servertest.Same(t, "status", a.Status, http.StatusForbidden)
		servertest.Has(t, a.Body, web.EN.T("http.forged"))
	})
	t.Run("a page that listens", func(t *testing.T) {
		d := websocket.Dialer{HandshakeTimeout: 5 * time.Second}
		conn, _, err := d.DialContext(t.Context(), "ws"+strings.TrimPrefix(s.url, "http")+"/ws?after=0&lang=en", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		for {
			_, data, err := conn.ReadMessage()
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(data), "keeps no cookies") {
				return
			}
		}
	})
}
