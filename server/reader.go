package main

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"

	"github.com/labstack/echo/v4"
)

const readerCookie = "cuaderno"

// readerOf is the id of the reader's notebook. A reader without one gets one: a number that nobody
// can guess, kept in a cookie.
func readerOf(c echo.Context) string {
	if cookie, err := c.Cookie(readerCookie); err == nil && isID(cookie.Value) {
		return cookie.Value
	}
	var chance [16]byte
	_, _ = rand.Read(chance[:]) // never fails
	id := hex.EncodeToString(chance[:])
	c.SetCookie(&http.Cookie{
		Name: readerCookie, Value: id, Path: base(c) + "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.IsTLS(),
	})
	return id
}

func isID(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == 16 && hex.EncodeToString(raw) == text
}
