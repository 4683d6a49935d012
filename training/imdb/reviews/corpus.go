package reviews

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"cuaderno/training/imdb"
	"cuaderno/training/tokenize"
)

// Name is what a data set made here is called.
const Name = "reviews"

// Rules are how a file becomes a data set.
type Rules struct {
	Options
	Test float64 // share of the reviews that are set aside as the test set, where the file does not say; 0 is half
	Seed uint64  // of the order and the choice
}

// half is how the lesson's own data are divided.
const half = 0.5

// rule is how their texts become words.
const rule = tokenize.Unicode

// maxIndex bounds the word index; rarer words are unknown.
const maxIndex = 1 << 20

// Load makes the data set of a file or folder. Every review must have a label. The words are counted
// in the training reviews alone; of words that are equally common the first in the alphabet ranks higher.
func Load(ctx context.Context, path string, o Rules) (*imdb.Corpus, error) {
	b := builder{ids: map[string]int32{}}
	o.Labelled = true
	err := Read(ctx, path, o.Options, func(v Review) error {
		if !b.add(v) {
			return &Fault{v.Place, fmt.Sprintf("a text of more than %d words", imdb.MaxWords-1)}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	share := o.Test
	if share <= 0 || share >= 1 {
		share = half
	}
	train, test := b.divide(share, o.Seed)
	if len(train) == 0 || len(test) == 0 {
		return nil, fmt.Errorf("%s: %d reviews to train and %d to test are too few", path, len(train), len(test))
	}
	if kind, one := b.oneKind(); one {
		return nil, fmt.Errorf("%s: all %d reviews are %s; without the other kind there is nothing to learn", path, len(b.reviews), kind)
	}
	c := &imdb.Corpus{Name: Name, Source: "--reviews", Words: b.index(train)}
	if path != Stdin {
		c.Dir = path
		if full, err := filepath.Abs(path); err == nil {
			c.Dir = full
		}
	}
	ids := b.ranks(c.Words)
	c.Train, c.Test = b.split(train, ids), b.split(test, ids)
	c.SHA256 = imdb.Identity(c.Train, c.Test, c.Words)
	return c, nil
}

// builder collects reviews, their words numbered as they come.
type builder struct {
	ids     map[string]int32
	words   []string
	reviews []counted
}

type counted struct {
	words []int32
	label int
	part  Part
}

// add reports false for a review that has too many words.
func (b *builder) add(v Review) bool {
	c := counted{label: v.Label, part: v.Part}
	for w := range rule.Words(v.Text) {
		id, known := b.ids[w.Text]
		if !known {
			id = int32(len(b.words))
			word := strings.Clone(w.Text) // not a part of the whole text
			b.ids[word] = id
			b.words = append(b.words, word)
		}
		c.words = append(c.words, id)
	}
	if len(c.words) >= imdb.MaxWords { // Start is one more
		return false
	}
	b.reviews = append(b.reviews, c)
	return true
}

// oneKind tells whether all reviews have the same label.
func (b *builder) oneKind() (kind string, one bool) {
	first := b.reviews[0].label
	return [2]string{"negative", "positive"}[first], !slices.ContainsFunc(b.reviews, func(c counted) bool { return c.label != first })
}

// divide says which reviews train and which test, both in an order of chance.
func (b *builder) divide(share float64, seed uint64) (train, test []int) {
	random := rand.New(rand.NewPCG(seed, 0))
	order := random.Perm(len(b.reviews))
	var free []int
	for _, i := range order {
		switch b.reviews[i].part {
		case Train:
			train = append(train, i)
		case Test:
			test = append(test, i)
		default:
			free = append(free, i)
		}
	}
	if len(test) > 0 { // whoever names test reviews means the others to train
		return append(train, free...), test
	}
	cut := int(float64(len(free)+len(train))*share + 0.5)
	cut = min(cut, len(free))
	if cut == 0 { // all are said to train
		cut = int(float64(len(train))*share + 0.5)
		return train[cut:], train[:cut]
	}
	return append(train, free[cut:]...), free[:cut]
}

// index ranks the words of the training reviews.
func (b *builder) index(train []int) *imdb.WordIndex {
	counts := make([]int, len(b.words))
	for _, i := range train {
		for _, id := range b.reviews[i].words {
			counts[id]++
		}
	}
	var found []int
	for id, n := range counts {
		if n > 0 {
			found = append(found, id)
		}
	}
	slices.SortFunc(found, func(x, y int) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(b.words[x], b.words[y]))
	})
	words := make([]string, 0, min(len(found), maxIndex))
	for _, id := range found[:min(len(found), maxIndex)] {
		words = append(words, b.words[id])
	}
	return imdb.NewWordIndexBy(rule, words)
}

// ranks turns the numbers in which words came into ids.
func (b *builder) ranks(words *imdb.WordIndex) []int32 {
	ids := make([]int32, len(b.words))
	for i, word := range b.words {
		ids[i] = imdb.OOV
		if rank, ok := words.Rank(word); ok {
			ids[i] = int32(rank + imdb.IndexFrom)
		}
	}
	return ids
}

func (b *builder) split(which []int, ids []int32) *imdb.Split {
	reviews, labels := make([][]int32, 0, len(which)), make([]int, 0, len(which))
	for _, i := range which {
		row := make([]int32, 0, len(b.reviews[i].words)+1)
		row = append(row, imdb.Start)
		for _, w := range b.reviews[i].words {
			row = append(row, ids[w])
		}
		reviews, labels = append(reviews, row), append(labels, b.reviews[i].label)
	}
	return imdb.NewSplit(reviews, labels)
}
