package site

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

const readerCookie = "cuaderno"

// cookieLife is how long a browser keeps what it is given: longer than a notebook is.
const cookieLife = 365 * 24 * time.Hour

// readerOf is the id of the reader's notebook. A reader without one gets one: a number that nobody
// can guess, kept in a cookie.
func readerOf(c echo.Context) string {
	if id := knownReader(c); id != "" {
		return id
	}
	var chance [16]byte
	_, _ = rand.Read(chance[:]) // never fails
	id := hex.EncodeToString(chance[:])
	remember(c, id)
	return id
}

// remember has the browser keep the reader's id, for as long from now on as it may, and on an encrypted
// connection for such alone.
func remember(c echo.Context, id string) {
	c.SetCookie(&http.Cookie{
		Name: readerCookie, Value: id, Path: base(c) + "/", MaxAge: int(cookieLife.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: isSecure(c),
	})
}

// knownReader is the id that the browser brings; "" if it brings none.
func knownReader(c echo.Context) string {
	if cookie, err := c.Cookie(readerCookie); err == nil && isID(cookie.Value) {
		return cookie.Value
	}
	return ""
}

// needCookies refuses what a page sends whose browser has lost the cookie that came with it: every
// request would be another notebook's. Browsers say where such a request comes from; a program that
// keeps no cookies does not.
func needCookies(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		site := c.Request().Header.Get("Sec-Fetch-Site")
		page := c.Request().Header.Get(echo.HeaderOrigin) != "" && (site == "" || site == "same-origin")
		if c.Request().Method == http.MethodPost && page && knownReader(c) == "" {
			return failure{code: codeCookies, detail: "the browser sent no cookie"}
		}
		return next(c)
	}
}

// giveToken gives a page that lives for long the token that its forms need, and keeps its cookies alive.
func giveToken(c echo.Context) error {
	if id := knownReader(c); id != "" {
		remember(c, id)
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.String(http.StatusOK, csrfToken(c))
}

func isID(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == 16 && hex.EncodeToString(raw) == text
}
