package main

import (
	"net"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"
)

// hosts are the names under which this server may be called. A page of another name that was made
// to point here (DNS rebinding) is sent away.
type hosts map[string]bool

// newHosts allows this machine's own names, the host of the address that is listened on, and more.
func newHosts(addr string, more []string) hosts {
	h := hosts{"localhost": true, "127.0.0.1": true, "::1": true}
	if host, _, err := net.SplitHostPort(addr); err == nil && host != "" {
		if ip, err := netip.ParseAddr(host); err != nil || !ip.IsUnspecified() {
			h[strings.ToLower(host)] = true
		}
	}
	for _, host := range more {
		h[strings.ToLower(strings.Trim(host, "[]"))] = true
	}
	return h
}

// allow is the middleware.
func (h hosts) allow(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !h[hostOnly(c.Request().Host)] {
			return failure{code: codeHost, detail: c.Request().Host}
		}
		return next(c)
	}
}

// hostOnly takes the port off, and the brackets and zone of an IPv6 address.
func hostOnly(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}
