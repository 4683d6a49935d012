package imdb

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"cuaderno/training/tokenize"
)

// Split is one half of a corpus: reviews as ids, Start included and not cut to any vocabulary, each
// with its label. It is read only once made, and safe for concurrent use.
type Split struct {
	words  store
	labels []uint8
	order  []uint32 // review i stands at place order[i] of words and labels
}

// NewSplit copies reviews, each complete as Review gives it (Start first), and their labels.
// The order stays as given. It panics when the lengths differ, when a label is neither 0 nor 1, or
// when a review has more than MaxWords ids.
func NewSplit(reviews [][]int32, labels []int) *Split {
	if len(reviews) != len(labels) {
		panic(fmt.Sprintf("imdb: %d reviews with %d labels", len(reviews), len(labels)))
	}
	s := &Split{labels: make([]uint8, len(labels))}
	for i, ids := range reviews {
		s.words.begin()
		for _, id := range ids {
			if !s.words.add(id) {
				panic(fmt.Sprintf("imdb: review %d has more than %d ids", i, MaxWords))
			}
		}
		if labels[i] != 0 && labels[i] != 1 {
			panic(fmt.Sprintf("imdb: review %d has label %d", i, labels[i]))
		}
		s.labels[i] = uint8(labels[i])
	}
	s.words.finish()
	s.order = identity(len(labels))
	return s
}

// Len is the number of reviews.
func (s *Split) Len() int { return len(s.order) }

// Review gives the ids of review i. The slice aliases the corpus: read only.
func (s *Split) Review(i int) []int32 { return s.words.at(int(s.order[i])) }

// Label is 1 when the reviewer liked the film of review i, else 0.
func (s *Split) Label(i int) int { return int(s.labels[s.order[i]]) }

func (s *Split) bytes() int64 {
	n := int64(5 * len(s.order)) // with the labels
	for _, chunk := range s.words.chunks {
		n += 4 * int64(cap(chunk))
	}
	return n + 4*int64(cap(s.words.from)+cap(s.words.size))
}

// Cut copies ids into dst[:0], those >= numWords as OOV. With numWords <= 0 it keeps every word,
// as load_data(num_words=None) does.
func Cut(dst, ids []int32, numWords int) []int32 {
	dst = append(dst[:0], ids...)
	if numWords <= 0 {
		return dst
	}
	for i, id := range dst {
		if int(id) >= numWords {
			dst[i] = OOV
		}
	}
	return dst
}

// StreamSHA256 is the identity of a corpus whatever its file looks like: the SHA-256 of its ranks in
// the files' order (not the shuffled one), train then test, each review as its length and then its
// ranks, all as little-endian int32. Start is left out.
func StreamSHA256(train, test *Split) string {
	h := sha256.New()
	var buf []byte
	for _, s := range []*Split{train, test} {
		for i := range s.labels {
			ids := s.words.at(i)
			if len(ids) > 0 && ids[0] == Start {
				ids = ids[1:]
			}
			buf = binary.LittleEndian.AppendUint32(buf, uint32(len(ids)))
			for _, id := range ids {
				buf = binary.LittleEndian.AppendUint32(buf, uint32(id-IndexFrom))
			}
			if len(buf) >= 1<<15 {
				h.Write(buf)
				buf = buf[:0]
			}
		}
	}
	h.Write(buf)
	return hex.EncodeToString(h.Sum(nil))
}

// Identity is what a corpus is known by. Of Keras' files, and of all that are cut as they are, it is
// StreamSHA256. Somebody's own reviews have no words that everybody knows: theirs is the SHA-256 of that
// stream, the labels, the rule and the words, so that other labels, or other words in the same order, are
// not taken for them.
func Identity(train, test *Split, words *WordIndex) string {
	stream := StreamSHA256(train, test)
	if words.rule != tokenize.Unicode {
		return stream
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n", stream, words.rule, words.sha256())
	for _, s := range []*Split{train, test} {
		h.Write(s.labels)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func identity(n int) []uint32 {
	order := make([]uint32, n)
	for i := range order {
		order[i] = uint32(i)
	}
	return order
}
