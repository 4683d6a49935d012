package runfiles

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"cuaderno/server/runs"
	"cuaderno/training/checkpoint"
	"cuaderno/training/fit"
	"cuaderno/training/nn"
)

// asked are those of a server that is running: it answers for them.
type asked struct {
	Announcement
	client *http.Client
}

// Announced is the server that answers for the state directory; nil if none does.
func Announced(ctx context.Context, state string) (Pages, error) {
	a, err := ReadAnnouncement(state)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("the state directory is another user's: %w", err)
	}
	if err != nil || a.Address == "" {
		return nil, nil // as good as none
	}
	s := asked{a, &http.Client{Transport: &http.Transport{DisableKeepAlives: true, ResponseHeaderTimeout: time.Minute}}}
	answer, err := s.send(ctx, http.MethodHead, "/runs")
	if err != nil {
		return nil, ctx.Err() // one that was killed leaves its announcement
	}
	return s, answer.Body.Close()
}

// errStranger says that the port has come to be another's.
var errStranger = errors.New("the server that was announced is gone")

func (s asked) send(ctx context.Context, method, path string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+s.Address+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+s.Secret)
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	if answer.Header.Get(NameHeader) != s.Name {
		return nil, errors.Join(errStranger, answer.Body.Close())
	}
	return answer, nil
}

// ask hands the answer over, or gives the error that the server tells of.
func (s asked) ask(ctx context.Context, method, path string, read func(io.Reader) error) error {
	answer, err := s.send(ctx, method, path)
	if err != nil {
		return fmt.Errorf("the server of the state directory: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusOK {
		return read(answer.Body)
	}
	var p problem
	if err := json.NewDecoder(answer.Body).Decode(&p); err != nil || p.Error == "" {
		return fmt.Errorf("the server of the state directory answers %s", answer.Status)
	}
	for _, known := range knownProblems {
		if p.Is == known.Error() {
			return fmt.Errorf("%w%s", known, strings.TrimPrefix(p.Error, p.Is))
		}
	}
	return errors.New(p.Error)
}

func (s asked) list(ctx context.Context) (lines []Line, err error) {
	err = s.ask(ctx, http.MethodGet, "/runs", func(r io.Reader) error { return json.NewDecoder(r).Decode(&lines) })
	return lines, err
}

func (s asked) weights(ctx context.Context, id string, epoch int) (p *nn.Params, m checkpoint.Meta, err error) {
	err = s.ask(ctx, http.MethodGet, fmt.Sprintf("/runs/%s/weights/%d", url.PathEscape(id), epoch), func(r io.Reader) (err error) {
		m, p, err = checkpoint.Load(r)
		return err
	})
	return p, m, err
}

func (s asked) Standing(ctx context.Context, id string) (job runs.Job, cut *checkpoint.Cut, best *nn.Params, err error) {
	path := "/runs/" + url.PathEscape(id)
	if err := s.ask(ctx, http.MethodGet, path+"/job", func(r io.Reader) error { return json.NewDecoder(r).Decode(&job) }); err != nil {
		return job, nil, nil, err
	}
	var c checkpoint.Cut
	err = s.ask(ctx, http.MethodGet, path+"/cut", func(r io.Reader) (err error) {
		c, err = checkpoint.LoadCut(r)
		return err
	})
	if errors.Is(err, runs.ErrReleased) {
		return job, nil, nil, nil
	}
	if err != nil {
		return job, nil, nil, err
	}
	if epoch := fit.ConfigOf(job.Settings).BestEpoch(c.History); job.Settings.RestoreBest && epoch > 0 {
		best, _, err = s.weights(ctx, id, epoch)
	}
	return job, &c, best, err
}

func (s asked) release(ctx context.Context, id string) error {
	return s.ask(ctx, http.MethodDelete, "/runs/"+url.PathEscape(id), func(io.Reader) error { return nil })
}
