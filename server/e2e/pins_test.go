package e2e

import (
	"regexp"
	"strings"
	"testing"
)

// Two fronts hear of the same training and have the same sentences judged: each epoch counts once, on
// both pages, also for a sentence that the other front has pinned meanwhile.
func TestPinsOnTwoFronts(t *testing.T) {
	addr := freeAddress(t)
	url := "nats://" + addr
	jetstream(t, nats(t, addr), url)
	fronts := [2]*process{}
	for i := range fronts {
		fronts[i] = start(t, t.TempDir(), freeAddress(t), "--nats", url, "--trainings", "0")
	}
	launch(t, "worker", "worker", "--nats", url, "--name", "attic")
	r := newReader(t)
	r.post(fronts[0].url, "/cells/fit/pin", map[string][]string{"sentence": {"A wonderful film"}})
	r.fits(fronts[0].url, small(4, 5))
	for _, front := range fronts {
		r.listen(front.url, func(string) {})
	}
	fronts[1].until(func() bool { return r.state(fronts[1].url, "data-epoch") == "2" })
	r.post(fronts[1].url, "/cells/fit/pin", map[string][]string{"sentence": {"What a waste of time"}})
	curves := regexp.MustCompile(`(?s)<ul>.*?</ul>`)
	var seen [2]string
	for i, front := range fronts {
		front.until(func() bool {
			page := r.page(front.url)
			_, pins, _ := strings.Cut(page, `id="pins-fit"`)
			seen[i] = regexp.MustCompile(`name="csrf" value="[^"]*"`).ReplaceAllString(curves.FindString(pins), "")
			return strings.Count(seen[i], `data-judged="4"`) == 2 && strings.Count(seen[i], `class="dot`) == 8
		})
	}
	if seen[0] != seen[1] {
		t.Errorf("the fronts show other curves:\n%s\n%s", seen[0], seen[1])
	}
}
