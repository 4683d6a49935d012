package site

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// proxies are the networks whose word on where a request comes from counts.
type proxies []netip.Prefix

// NewProxies reads networks, 10.0.0.0/8, and single addresses.
func NewProxies(texts []string) (proxies, error) {
	var all proxies
	for _, text := range texts {
		text = strings.TrimSpace(text)
		p, err := netip.ParsePrefix(text)
		if err != nil {
			ip, no := netip.ParseAddr(text)
			if no != nil || ip.Zone() != "" {
				return nil, fmt.Errorf("--trust-proxy takes addresses and networks, such as 127.0.0.1 or 10.0.0.0/8, not %q", text)
			}
			p = netip.PrefixFrom(ip, ip.BitLen())
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// has tells whether an address, with or without a port, is that of a proxy.
func (p proxies) has(address string) bool {
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	ip = ip.Unmap().WithZone("")
	for _, network := range p {
		if network.Contains(ip) {
			return true
		}
	}
	return false
}

// extractor finds a reader's own address: that of the connection, or, where that is a proxy's, the last in
// X-Forwarded-For that is none. What stands before it may have been made up.
func (p proxies) extractor() echo.IPExtractor {
	if len(p) == 0 {
		return echo.ExtractIPDirect()
	}
	direct := echo.ExtractIPDirect()
	return func(r *http.Request) string {
		address := direct(r)
		way := strings.Split(strings.Join(r.Header.Values(echo.HeaderXForwardedFor), ","), ",")
		for _, before := range slices.Backward(way) {
			ip, ok := hop(before)
			if !ok || !p.has(address) {
				break
			}
			address = ip
		}
		return address
	}
}

// hop reads an address of X-Forwarded-For, to which some proxies add the port.
func hop(text string) (address string, ok bool) {
	text = strings.TrimSpace(text)
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().String(), true
	}
	ip, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return ip.String(), err == nil
}

// requestName is an id that a proxy may give a request.
var requestName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// believe leaves of what a request says of its way here only what may be believed, before anything reads it.
func (p proxies) believe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Request().Header
		proto := ""
		if p.has(c.Request().RemoteAddr) {
			proto, _, _ = strings.Cut(h.Get(echo.HeaderXForwardedProto), ",")
		} else {
			h.Del(echo.HeaderXForwardedFor)
			h.Del(echo.HeaderXRequestID)
		}
		// Nobody here asks for the others, and libraries that do are not to find them.
		for _, name := range []string{
			echo.HeaderXForwardedProto, echo.HeaderXForwardedProtocol, echo.HeaderXForwardedSsl, echo.HeaderXUrlScheme, echo.HeaderXRealIP, "Forwarded",
		} {
			h.Del(name)
		}
		if !requestName.MatchString(h.Get(echo.HeaderXRequestID)) {
			h.Del(echo.HeaderXRequestID)
		}
		c.Set(secureKey, c.IsTLS() || strings.EqualFold(strings.TrimSpace(proto), "https"))
		return next(c)
	}
}

const secureKey = "secure"

// isSecure tells whether the reader's own connection is encrypted.
func isSecure(c echo.Context) bool {
	secure, _ := c.Get(secureKey).(bool)
	return secure
}

// onlySecure takes every connection for an encrypted one, where whoever runs the server says so.
func onlySecure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Set(secureKey, true)
		return next(c)
	}
}

// strict tells browsers to come over https alone for so long.
func strict(age time.Duration) echo.MiddlewareFunc {
	value := fmt.Sprintf("max-age=%d", int64(age.Seconds()))
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if isSecure(c) {
				c.Response().Header().Set(echo.HeaderStrictTransportSecurity, value)
			}
			return next(c)
		}
	}
}
