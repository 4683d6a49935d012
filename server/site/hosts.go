package site

import (
	"fmt"
	"iter"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/net/idna"
)

// hosts are the names under which this server may be called. A page of another name that was made
// to point here (DNS rebinding) is sent away.
type hosts struct {
	names map[string]bool
	// anyAddress lets the server be called by any address, which no page can be made to point at something
	// else: it listens on all that this machine has.
	anyAddress bool
}

// NewHosts allows this machine's own names, the host of the address that is listened on, and more, of which
// each text may have several behind commas.
func NewHosts(addr string, more []string) (hosts, error) {
	h := hosts{names: map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true}}
	if host, _, err := net.SplitHostPort(addr); err == nil {
		ip, err := netip.ParseAddr(host)
		if h.anyAddress = host == "" || err == nil && ip.IsUnspecified(); !h.anyAddress {
			h.names[hostOnly(host)] = true
		}
	}
	for text := range listed(more) {
		name, err := hostName(text)
		if err != nil {
			return hosts{}, err
		}
		h.names[name] = true
	}
	return h, nil
}

func (h hosts) allows(host string) bool {
	name := hostOnly(host)
	return h.names[name] || h.anyAddress && isAddress(name)
}

// allow is the middleware.
func (h hosts) allow(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if h.allows(c.Request().Host) {
			return next(c)
		}
		name := hostOnly(c.Request().Host)
		if _, err := hostName(name); err != nil {
			return failure{code: codeNoHost, detail: fmt.Sprintf("called by %q, which is no name", c.Request().Host)}
		}
		return failure{
			code: codeHost, detail: fmt.Sprintf("called by %q, which is not allowed: --host %s would allow it", c.Request().Host, name),
			args: []any{name, name},
		}
	}
}

// listed are the texts that stand in lists with commas between them.
func listed(lists []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, list := range lists {
			for text := range strings.SplitSeq(list, ",") {
				if !yield(strings.TrimSpace(text)) {
					return
				}
			}
		}
	}
}

// hostOnly is the name in the header Host: without its port, and an address as it is usually written.
func hostOnly(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return canonical(strings.Trim(host, "[]"))
}

// canonical writes a name in lower case and an address as it is usually written.
func canonical(name string) string {
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.WithZone("").String()
	}
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

func isAddress(name string) bool {
	_, err := netip.ParseAddr(name)
	return err == nil
}

// named is a host name as browsers send it.
var named = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$`)

// hostName reads what is given as a host: a name or an address, which may come with a scheme and a port.
// What no browser could ever send is refused.
func hostName(text string) (string, error) {
	name := text
	if !isAddress(strings.Trim(name, "[]")) {
		if !strings.Contains(name, "://") {
			name = "http://" + name
		}
		u, err := url.Parse(name)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil || strings.Trim(u.Path, "/")+u.RawQuery+u.Fragment != "" {
			return "", errHost(text)
		}
		name = u.Hostname()
	}
	name = canonical(strings.Trim(name, "[]"))
	if isAddress(name) {
		return name, nil
	}
	ascii, err := idna.New(idna.MapForLookup(), idna.StrictDomainName(false)).ToASCII(name)
	if err != nil || !named.MatchString(ascii) {
		return "", errHost(text)
	}
	return ascii, nil
}

func errHost(text string) error {
	return fmt.Errorf("--host takes a name or an address by which browsers call this server, such as class.example, not %q; it stands for itself alone, and may come several times", text)
}
