package site

import (
	"strings"

	"github.com/labstack/echo/v4"
)

const baseKey = "base"

// basePath takes the path that a proxy has the notebook at off every request; a proxy may have done so
// already. What is rendered points below it.
func basePath(path string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Set(baseKey, path)
			if path != "" {
				u := c.Request().URL
				if rest, ok := strings.CutPrefix(u.Path, path); ok && (rest == "" || rest[0] == '/') {
					u.Path, u.RawPath = "/"+strings.TrimPrefix(rest, "/"), ""
				}
			}
			return next(c)
		}
	}
}

// base is what the addresses in an answer begin with.
func base(c echo.Context) string {
	path, _ := c.Get(baseKey).(string)
	return path
}
