package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// final is an answer that asking again would not change.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

func isFinal(err error) bool {
	var f final
	return errors.As(err, &f)
}

var errStalled = errors.New("no answer any more")

// attempt makes one request and writes what comes. A nil error means that the file is whole as far
// as the server says.
func (f File) attempt(ctx context.Context, client *http.Client, p *part) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stall := f.Stall
	if stall <= 0 {
		stall = stallDefault
	}
	watch := time.AfterFunc(stall, func() { cancel(errStalled) })
	defer watch.Stop()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL, nil)
	if err != nil {
		return final{fmt.Errorf("%w: %w", ErrNetwork, err)}
	}
	request.Header.Set("Accept-Encoding", "identity") // else lengths and ranges would be another's
	if p.size > 0 && p.validator != "" {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", p.size))
		request.Header.Set("If-Range", p.validator)
	}
	response, err := client.Do(request)
	if err != nil {
		return networkError(ctx, f.URL, err)
	}
	defer response.Body.Close()
	total, err := f.begin(response, p)
	if err != nil {
		return err
	}
	body := io.LimitReader(response.Body, f.Max+1-p.size)
	buf := make([]byte, 64<<10)
	for {
		if ctx.Err() != nil { // the connection notices only some time later
			return networkError(ctx, f.URL, ctx.Err())
		}
		n, readErr := body.Read(buf)
		watch.Reset(stall)
		if err := p.append(buf[:n]); err != nil {
			return err
		}
		if f.Progress != nil && n > 0 {
			f.Progress(p.size, total)
		}
		switch {
		case p.size > f.Max:
			return errors.Join(f.tooLarge(), p.restart(""))
		case readErr == io.EOF && total > 0 && p.size < total:
			return networkError(ctx, f.URL, io.ErrUnexpectedEOF)
		case readErr == io.EOF:
			return nil
		case readErr != nil:
			return networkError(ctx, f.URL, readErr)
		}
	}
}

// begin reads the answer's head: whether it continues the part or starts anew, and the whole size.
func (f File) begin(r *http.Response, p *part) (total int64, err error) {
	switch r.StatusCode {
	case http.StatusOK:
		total = r.ContentLength
		if err := p.restart(validatorOf(r.Header)); err != nil {
			return 0, err
		}
	case http.StatusPartialContent:
		var from, to int64
		n, _ := fmt.Sscanf(r.Header.Get("Content-Range"), "bytes %d-%d/%d", &from, &to, &total)
		if n != 3 || from != p.size {
			return 0, errors.Join(fmt.Errorf("%w: %s: another part than asked for", ErrNetwork, f.URL), p.restart(""))
		}
	case http.StatusRequestedRangeNotSatisfiable:
		// The part is not a beginning of this file; the next attempt asks for all of it.
		return 0, errors.Join(statusError(f.URL, r), p.restart(""))
	default:
		return 0, final{statusError(f.URL, r)}
	}
	if total > f.Max {
		return 0, f.tooLarge()
	}
	return total, nil
}

func (f File) tooLarge() error {
	return final{fmt.Errorf("%w: %s: more than %d bytes", ErrNetwork, f.URL, f.Max)}
}

func statusError(url string, r *http.Response) error {
	return fmt.Errorf("%w: %s: the server says %s", ErrNetwork, url, r.Status)
}

func networkError(ctx context.Context, url string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	// The client's error repeats the address.
	return fmt.Errorf("%w: %s: %s", ErrNetwork, url, strings.TrimPrefix(err.Error(), fmt.Sprintf("Get %q: ", url)))
}

// validatorOf gives what If-Range may name: a strong ETag, else the date.
func validatorOf(h http.Header) string {
	if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) {
		return tag
	}
	return h.Get("Last-Modified")
}
