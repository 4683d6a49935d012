package site

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"cuaderno/web"
)

const langCookie = "lang"

// matcher chooses English for a reader of neither language.
var matcher = language.NewMatcher([]language.Tag{language.English, language.Spanish})

// langOf is the language of an answer: asked for in the address, else remembered, else the browser's. A script
// asks for its page's, which may not be what was remembered last.
func langOf(c echo.Context) web.Lang {
	if l, ok := known(c.QueryParam("lang")); ok {
		return l
	}
	if cookie, err := c.Cookie(langCookie); err == nil && !byScript(c) {
		if l, ok := known(cookie.Value); ok {
			return l
		}
	}
	wanted, _, err := language.ParseAcceptLanguage(c.Request().Header.Get("Accept-Language"))
	if err != nil {
		return web.EN
	}
	if _, i, _ := matcher.Match(wanted...); i == 1 {
		return web.ES
	}
	return web.EN
}

// rememberLang keeps a language that the address asked for, unless the browser only fetches a page that its
// reader may never open.
func rememberLang(c echo.Context) {
	if l, ok := known(c.QueryParam("lang")); ok && !isAhead(c) {
		c.SetCookie(&http.Cookie{
			Name: langCookie, Value: string(l), Path: base(c) + "/", MaxAge: 365 * 24 * 3600,
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: isSecure(c),
		})
	}
}

// isAhead knows what a browser asks for in advance: to have a page ready, or to show a small picture of it.
func isAhead(c echo.Context) bool {
	h := c.Request().Header
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		purpose := strings.ToLower(h.Get(name))
		if strings.Contains(purpose, "prefetch") || strings.Contains(purpose, "prerender") || strings.Contains(purpose, "preview") {
			return true
		}
	}
	return false
}

func known(text string) (web.Lang, bool) {
	for _, l := range web.Langs {
		if string(l) == text {
			return l, true
		}
	}
	return "", false
}
