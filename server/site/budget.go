package site

import (
	"time"

	"cuaderno/server/session"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"
)

// budget is how many requests are answered: so many a second, after so many at once.
type budget struct {
	perSecond float64
	burst     int
}

// A school may have one address for all its readers, and whoever floods may call itself many readers.
// So each notebook has a budget of its own once it is there; requests that come with none share one of
// their address; and no address has more than its whole.
var (
	ofNotebook = budget{50, 500}
	ofNewcomer = budget{100, 1000} // a class may open its pages all at once
	ofAddress  = budget{1000, 10_000}
)

// forgetBudget is how long one is remembered that nobody uses.
const forgetBudget = 3 * time.Minute

func (b budget) limiter() middleware.RateLimiterStore {
	return middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{
		Rate: rate.Limit(b.perSecond), Burst: b.burst, ExpiresIn: forgetBudget,
	})
}

// spare refuses requests beyond the budgets. known tells whether a notebook is there: an id that a flood
// makes up for every request is none.
func spare(known func(id string) bool) echo.MiddlewareFunc {
	notebooks, newcomers, addresses := ofNotebook.limiter(), ofNewcomer.limiter(), ofAddress.limiter()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if isHealth(c) || isStatic(c) {
				return next(c)
			}
			network := session.NetworkOf(c.RealIP())
			limiter, who, what := newcomers, network, "new readers at "+network
			if cookie, err := c.Cookie(readerCookie); err == nil && isID(cookie.Value) && known(cookie.Value) {
				limiter, who, what = notebooks, cookie.Value, "the notebook "+cookie.Value[:8]
			}
			if ok, err := addresses.Allow(network); err != nil || !ok {
				return tooFast(c, "all readers at "+network)
			}
			if ok, err := limiter.Allow(who); err != nil || !ok {
				return tooFast(c, what)
			}
			return next(c)
		}
	}
}

func tooFast(c echo.Context, who string) error {
	c.Response().Header().Set(echo.HeaderRetryAfter, "1")
	return failure{code: codeTooFast, detail: "too many requests of " + who}
}
