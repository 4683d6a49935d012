package site

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
)

// origins are the pages that may listen, beside those of the very host that is called: where a proxy calls
// this server by another name or port than the browser does.
type origins map[string]bool

// NewOrigins reads origins as browsers send them: a scheme, a host, and its port.
func NewOrigins(texts []string) (origins, error) {
	all := origins{}
	for text := range listed(texts) {
		origin, err := originOf(text)
		if err != nil {
			return nil, fmt.Errorf("--origin takes where a browser finds the page, such as https://class.example:8443, not %q", text)
		}
		all[origin] = true
	}
	return all, nil
}

// check refuses to talk to a page of another host. What is no browser says no origin and may listen.
func (o origins) check(r *http.Request) error {
	text := r.Header.Get(echo.HeaderOrigin)
	if text == "" {
		return nil
	}
	origin, err := originOf(text)
	if err != nil {
		return failure{code: codeForged, detail: fmt.Sprintf("a page at %q asks for news of %q", text, r.Host)}
	}
	scheme, _, _ := strings.Cut(origin, "://")
	if called, err := originOf(scheme + "://" + r.Host); err == nil && called == origin || o[origin] {
		return nil
	}
	return failure{
		code: codeOrigin, detail: fmt.Sprintf("a page at %q asks for news of %q: have the proxy pass on the header Host, or allow it with --origin %s", text, r.Host, origin),
		args: []any{origin, r.Host, origin},
	}
}

// originOf is an origin without a port that goes without saying.
func originOf(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil {
		return "", err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/")+u.RawQuery+u.Fragment != "" {
		return "", fmt.Errorf("no origin: %q", text)
	}
	host := strings.ToLower(u.Hostname())
	port := u.Port()
	if port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		port = ""
	}
	switch {
	case port != "":
		host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	return u.Scheme + "://" + host, nil
}
