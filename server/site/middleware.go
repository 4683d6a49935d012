package site

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// Limits at the edge.
const (
	bodyLimit   = "512K" // a review of 20,000 characters, each written as %XX%XX%XX%XX
	pageTimeout = 10 * time.Second
)

// policy lets a page use what this server serves, and nothing else. No script or style stands in a
// page itself.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Edge is what is different from one network to another.
type Edge struct {
	Proxies proxies
	Secure  bool          // readers come over https alone
	HSTS    time.Duration // for which browsers are told so; 0 tells them nothing
	Log     bool          // every request
}

// guard puts everything before the routes that keeps a server on a network whole. known tells whether a
// notebook is there.
func guard(e *echo.Echo, allowed hosts, base string, at Edge, known func(id string) bool) {
	e.IPExtractor = at.Proxies.extractor()
	e.HTTPErrorHandler = newSparing().answer
	e.Pre(at.Proxies.believe)
	if at.Secure {
		e.Pre(onlySecure)
	}
	if at.HSTS > 0 {
		e.Pre(strict(at.HSTS))
	}
	e.Pre(basePath(base), middleware.RequestID(), withID)
	if at.Log {
		e.Pre(access)
	}
	e.Use(
		middleware.RecoverWithConfig(middleware.RecoverConfig{DisableStackAll: true, LogErrorFunc: func(c echo.Context, err error, stack []byte) error {
			slog.ErrorContext(c.Request().Context(), "a request panicked", "panic", err, "stack", string(stack))
			return err
		}}),
		middleware.SecureWithConfig(middleware.SecureConfig{
			ContentTypeNosniff: "nosniff", XFrameOptions: "DENY", ContentSecurityPolicy: policy, ReferrerPolicy: "same-origin",
		}),
		skip(allowed.allow, func(c echo.Context) bool { return isHealth(c) || isStatic(c) }), // the page that refuses has its style
		spare(known),
		middleware.BodyLimit(bodyLimit),
		middleware.GzipWithConfig(middleware.GzipConfig{Level: 5, MinLength: 1024, Skipper: func(c echo.Context) bool { return isSocket(c) || isStatic(c) || isExport(c) }}),
		middleware.ContextTimeoutWithConfig(middleware.ContextTimeoutConfig{
			Timeout: pageTimeout, Skipper: func(c echo.Context) bool { return isSocket(c) || isPoll(c) }, ErrorHandler: func(err error, _ echo.Context) error { return err },
		}),
		needCookies,
		forms(middleware.CSRFConfig{
			TokenLookup: "form:csrf,header:" + echo.HeaderXCSRFToken, CookieName: "csrf", CookiePath: base + "/",
			CookieMaxAge: int(cookieLife.Seconds()), CookieHTTPOnly: true, CookieSameSite: http.SameSiteLaxMode,
			Skipper: func(c echo.Context) bool { return isSocket(c) || isHealth(c) || isStatic(c) },
			// Another port of this host is another site to us, and its cookies are no proof.
			AllowSecFetchSiteFunc: func(c echo.Context) (bool, error) {
				return false, failure{code: codeForged, detail: "sent by " + c.Request().Header.Get(echo.HeaderOrigin)}
			},
			// Echo says 400 when the token is missing and 403 when it is wrong.
			ErrorHandler: func(err error, _ echo.Context) error {
				return failure{code: codeForged, detail: err.Error()}
			},
		}),
	)
}

// forms asks forms for their token, in a cookie that an encrypted connection keeps to itself.
func forms(config middleware.CSRFConfig) echo.MiddlewareFunc {
	plain := middleware.CSRFWithConfig(config)
	config.CookieSecure = true
	secure := middleware.CSRFWithConfig(config)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		plainly, securely := plain(next), secure(next)
		return func(c echo.Context) error {
			if isSecure(c) {
				return securely(c)
			}
			return plainly(c)
		}
	}
}

// skip leaves a middleware out for some requests.
func skip(m echo.MiddlewareFunc, when middleware.Skipper) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		with := m(next)
		return func(c echo.Context) error {
			if when(c) {
				return next(c)
			}
			return with(c)
		}
	}
}

func isSocket(c echo.Context) bool { return c.Path() == "/ws" }

func isPoll(c echo.Context) bool { return c.Path() == "/poll" }

func isStatic(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path, "/static/") }

// isExport knows files that hardly get smaller.
func isExport(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path, "/export/") }

// isHealth knows what is asked by machines under whatever name they have for this one.
func isHealth(c echo.Context) bool { return c.Path() == "/healthz" || c.Path() == "/readyz" }

func csrfToken(c echo.Context) string {
	token, _ := c.Get("csrf").(string)
	return token
}
