package store

import (
	"fmt"
	"net/url"
	"strings"
)

// addresses reads a list of NATS servers with commas between them. What cannot be read is not repeated in
// the error: it may be a password with a sign that should have been written otherwise.
func addresses(list string) ([]*url.URL, error) {
	var all []*url.URL
	texts := strings.Split(list, ",")
	for i, text := range texts {
		text = strings.TrimSpace(text)
		// A password with a comma in it would look like the end of one address and the beginning of another.
		torn := false
		if !strings.Contains(text, "://") {
			torn = len(texts) > 1 && strings.Contains(text, "@")
			text = "nats://" + text
		}
		u, err := url.Parse(text)
		if err != nil || torn || u.Hostname() == "" || strings.Contains(u.Path+u.RawQuery+u.Fragment, "@") {
			return nil, fmt.Errorf("address number %d of the NATS servers cannot be read: it is like nats://user:password@host:4222, with %%40 for an @ in the password, and the like for other signs", i+1)
		}
		all = append(all, u)
	}
	return all, nil
}

// hidden stands for a user's name, password or token.
const hidden = "xxxxx"

// redacted is a list of addresses without what their users are known by.
func redacted(list string) string {
	all, err := addresses(list)
	if err != nil {
		return "the given address"
	}
	texts := make([]string, len(all))
	for i, u := range all {
		bare := url.URL{Scheme: u.Scheme, Host: u.Host} // nothing else is needed to find it
		if u.User != nil {
			bare.User = url.User(hidden)
		}
		texts[i] = bare.String()
	}
	return strings.Join(texts, ",")
}

// Address is that of the NATS server that is used, without its user.
func (s *Store) Address() string { return redacted(s.Conn.ConnectedUrl()) }

// Where tells an operator where things are kept.
func (o Options) Where() string {
	switch {
	case o.URL != "":
		return redacted(o.URL)
	case o.Dir != "":
		return o.Dir
	}
	return "memory"
}
