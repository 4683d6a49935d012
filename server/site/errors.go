package site

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"cuaderno/server/notebook"
	"cuaderno/server/session"
	"cuaderno/web"
)

// code names what went wrong with a request; one table gives it its HTTP status.
type code string

const (
	codeHost       code = "host"       // called by a name that is not ours
	codeNoHost     code = "no_host"    // called by no name at all
	codeOrigin     code = "origin"     // a page of another name or port wants to listen
	codeForged     code = "forged"     // a form of another site, or without its token
	codeCookies    code = "cookies"    // the browser sent none
	codeNotFound   code = "not_found"  // no such page or cell
	codeNoRun      code = "no_run"     // the notebook does not list the run
	codeReleased   code = "released"   // its weights are no longer kept
	codeUnfinished code = "unfinished" // the run goes on
	codeNoPin      code = "no_pin"     // or has no such sentence pinned
	codePins       code = "pins"       // no more can be
	codePinLong    code = "pin_long"   // the sentence is too long
	codeInUse      code = "in_use"     // a cell works with the run
	codeNoResume   code = "no_resume"  // nothing was interrupted
	codeMethod     code = "method"
	codeUpgrade    code = "upgrade" // a socket was asked for as a page is
	codeTooLarge   code = "too_large"
	codeTooFast    code = "too_fast"
	codeInvalid    code = "invalid"   // a field holds what it may not
	codeFiles      code = "files"     // the reader has as many downloads under way as may be
	codeBusy       code = "busy"      // all readers together have
	codeNoPlace    code = "no_place"  // no new notebook can be kept
	codeNewcomers  code = "newcomers" // nor, for an hour, one of this address
	codeFull       code = "full"      // as many notebooks as fit are in use
	codeClosing    code = "closing"   // the server shuts down
	codeStore      code = "store"     // what is kept is out of reach
	codeUnkept     code = "unkept"    // done, but not kept yet
	codeSlow       code = "slow"      // no answer within the time allowed
	codeBad        code = "bad"       // a request that makes no sense
	codeInternal   code = "internal"
)

var statuses = map[code]int{
	codeHost: http.StatusMisdirectedRequest, codeNoHost: http.StatusMisdirectedRequest, codeOrigin: http.StatusForbidden, codeForged: http.StatusForbidden, codeCookies: http.StatusForbidden, codeNotFound: http.StatusNotFound,
	codeFiles: http.StatusTooManyRequests, codeBusy: http.StatusServiceUnavailable,
	codeNoPlace: http.StatusServiceUnavailable, codeNewcomers: http.StatusTooManyRequests,
	codeReleased: http.StatusNotFound, codeUnfinished: http.StatusConflict,
	codeNoRun: http.StatusNotFound, codeNoPin: http.StatusNotFound,
	codePinLong: http.StatusUnprocessableEntity,
	codePins:    http.StatusConflict, codeInUse: http.StatusConflict, codeNoResume: http.StatusConflict,
	codeMethod: http.StatusMethodNotAllowed, codeUpgrade: http.StatusUpgradeRequired, codeTooLarge: http.StatusRequestEntityTooLarge,
	codeTooFast: http.StatusTooManyRequests, codeInvalid: http.StatusUnprocessableEntity,
	codeFull: http.StatusServiceUnavailable, codeClosing: http.StatusServiceUnavailable,
	codeSlow: http.StatusServiceUnavailable, codeStore: http.StatusServiceUnavailable, codeUnkept: http.StatusServiceUnavailable, codeBad: http.StatusBadRequest, codeInternal: http.StatusInternalServerError,
}

// echoed are the codes of what the framework answers by itself.
var echoed = map[int]code{
	http.StatusForbidden: codeForged, http.StatusNotFound: codeNotFound, http.StatusMethodNotAllowed: codeMethod,
	http.StatusRequestEntityTooLarge: codeTooLarge, http.StatusTooManyRequests: codeTooFast,
}

// refusals are the codes of what notebooks refuse. The first that fits counts.
var refusals = []struct {
	err  error
	code code
}{
	{session.ErrUnkept, codeUnkept}, {session.ErrClosed, codeClosing}, {session.ErrFull, codeFull}, {session.ErrNoPlace, codeNoPlace}, {session.ErrStore, codeStore}, {session.ErrSlipped, codeInternal},
	{notebook.ErrNoRun, codeNoRun}, {notebook.ErrNoPin, codeNoPin}, {notebook.ErrPins, codePins},
	{notebook.ErrPinLong, codePinLong}, {notebook.ErrNoText, codeInvalid}, {notebook.ErrNameLong, codeInvalid},
	{notebook.ErrInUse, codeInUse}, {notebook.ErrNoResume, codeNoResume},
}

// retries are how long to wait before what was refused is asked for again.
var retries = map[code]time.Duration{codeFiles: 30 * time.Second, codeBusy: 30 * time.Second, codeNoPlace: time.Hour}

// failure is an error with a code.
type failure struct {
	code   code
	detail string // for the log
	args   []any  // of the sentence
}

func (f failure) Error() string { return string(f.code) + ": " + f.detail }

// codeOf finds the code of any error that reaches the edge.
func codeOf(err error) code {
	var own failure
	if errors.As(err, &own) {
		return own.code
	}
	if errors.As(err, new(session.NewcomersError)) {
		return codeNewcomers
	}
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			return r.code
		}
	}
	var echoes *echo.HTTPError
	switch {
	case errors.As(err, &echoes):
		if c, ok := echoed[echoes.Code]; ok {
			return c
		}
		if echoes.Code >= 400 && echoes.Code < 500 {
			return codeBad
		}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return codeSlow
	}
	return codeInternal
}

// refusedHeader tells the script for which reason it was refused: its code.
const refusedHeader = "X-Cuaderno-Refused"

// answer renders every error that a handler returns, and logs it.
func (s *sparing) answer(err error, c echo.Context) {
	code := codeOf(err)
	status := statuses[code]
	s.note(c, code, status, err)
	if c.Response().Committed {
		return
	}
	var own failure
	var crowd session.NewcomersError
	errors.As(err, &own)
	errors.As(err, &crowd)
	if after := cmp.Or(crowd.After, retries[code]); after > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(after.Seconds()))))
	}
	view := web.ErrorView{Lang: langOf(c), Status: status, Code: string(code), Args: own.args}
	if byScript(c) {
		c.Response().Header().Set(refusedHeader, string(code))
	}
	switch {
	case c.Request().Method == http.MethodHead:
		err = c.NoContent(status)
	case code == codeCookies && byScript(c) && !isPoll(c):
		err = render(c, status, web.Refused(view))
	case isPoll(c):
		err = tellRefused(c, view)
	default:
		err = render(c, status, web.Failed(view))
	}
	if err != nil {
		slog.WarnContext(c.Request().Context(), "the error page was not sent", "error", err)
	}
}

// tellRefused tells a page that asks for news why it gets none, in the form of news.
func tellRefused(c echo.Context, view web.ErrorView) error {
	text, err := session.RenderText(base(c), web.Refused(view))
	if err != nil {
		return err
	}
	return c.JSON(view.Status, []session.Message{{Swap: []session.Swap{{ID: web.NoticeID, HTML: text}}}})
}

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}
