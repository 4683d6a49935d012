package imdb_test

import (
	"errors"
	"strings"
	"testing"

	"cuaderno/training/imdb"

	"github.com/google/go-cmp/cmp"
)

func TestReadPickle(t *testing.T) {
	tests := map[string]struct {
		pickle string
		want   [][]int32
	}{
		"nothing":          {pickled(nil), [][]int32{}},
		"empty reviews":    {pickled([][]int{{}, {}}), [][]int32{{1}, {1}}},
		"all widths":       {pickled([][]int{{1, 255, 256, 65535, 65536, imdb.MaxRank}}), [][]int32{{1, 4, 258, 259, 65538, 65539, imdb.MaxRank + 3}}},
		"one by one":       {pickledArray(1, "]](K\x05K\x06eK\x07aa"), [][]int32{{1, 8, 9, 10}}},
		"single words":     {pickledArray(2, "](]K\x05a]K\x06ae"), [][]int32{{1, 8}, {1, 9}}},
		"batches":          {pickledArray(2, "](](K\x05K\x06e(K\x07ee(](K\x08ee"), [][]int32{{1, 8, 9, 10}, {1, 11}}},
		"long numbers":     {pickledArray(1, "](](\x8a\x01\x05\x8a\x03\x70\x11\x01K\x07ee"), [][]int32{{1, 8, 70003, 10}}},
		"no batch":         {pickledArray(0, "]"), [][]int32{}},
		"numpy 2":          {strings.Replace(pickled([][]int{{5}}), "numpy.core", "numpy._core", 1), [][]int32{{1, 8}}},
		"remembered lists": {pickledArray(1, "]q\x01(]q\x02(K\x05ee"), [][]int32{{1, 8}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := imdb.ReadPickle([]byte(tt.pickle), len(tt.want))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Reviews that end exactly at a block's end, and one that is moved to the next block while it grows.
func TestReadPickleAcrossBlocks(t *testing.T) {
	lengths := []int{imdb.MaxWords - 1, 0, imdb.MaxWords - 10, 300, imdb.MaxWords - 2, 1, 2, 1000}
	given := make([][]int, len(lengths))
	for i, n := range lengths {
		given[i] = make([]int, n)
		for j := range given[i] {
			given[i][j] = 1 + (i*7+j)%70000
		}
	}
	got, err := imdb.ReadPickle([]byte(pickled(given)), len(given))
	if err != nil {
		t.Fatal(err)
	}
	for i, ranks := range given {
		if len(got[i]) != len(ranks)+1 || got[i][0] != imdb.Start {
			t.Fatalf("review %d has %d ids, want %d", i, len(got[i]), len(ranks)+1)
		}
		for j, r := range ranks {
			if got[i][j+1] != int32(r+imdb.IndexFrom) {
				t.Fatalf("review %d, word %d is %d, want %d", i, j, got[i][j+1], r+imdb.IndexFrom)
			}
		}
	}
}

func TestHostilePickle(t *testing.T) {
	good := pickled([][]int{{5, 6}, {7}})
	swap := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the pickle has no %q", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	array := func(list string) string { return pickledArray(2, list) }
	tests := map[string]struct {
		pickle string
		want   error
		says   string
	}{
		"nothing at all":            {"", imdb.ErrDamaged, "too early"},
		"no protocol":               {"(K\x01", imdb.ErrDamaged, "protocol"},
		"no protocol byte":          {"(\x03", imdb.ErrDamaged, "protocol"},
		"a bare list":               {"\x80\x03](](K\x05e](K\x06ee.", imdb.ErrDamaged, "arrived"},
		"name too long":             {"\x80\x03c" + strings.Repeat("a", 300) + "\nb\n.", imdb.ErrDamaged, "name without an end"},
		"module of a number":        {"\x80\x04K\x01\x8c\x05dtype\x93.", imdb.ErrDamaged, "no text"},
		"negative rank further on":  {array("](](K\x05J\xff\xff\xff\xffee"), imdb.ErrDamaged, "-1 is no rank"},
		"text protocol":             {"\x80\x01K\x01.", imdb.ErrDamaged, "protocol"},
		"protocol of the future":    {swap("\x80\x03", "\x80\x06"), imdb.ErrDamaged, "protocol"},
		"runs a command":            {"\x80\x03cos\nsystem\nX\x02\x00\x00\x00ls\x85R.", imdb.ErrForbidden, `"os system"`},
		"runs a command, new style": {"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02ls\x85R.", imdb.ErrForbidden, `"os system"`},
		"evaluates":                 {swap("numpy.core.multiarray\n_reconstruct", "builtins\neval"), imdb.ErrForbidden, `"builtins eval"`},
		"name with a dot":           {swap("numpy\ndtype", "numpy\nload.dtype"), imdb.ErrForbidden, "load.dtype"},
		"name split otherwise":      {swap("numpy\ndtype", "numpy dtype\n"), imdb.ErrForbidden, "numpy dtype "},
		"another dtype":             {swap("O8", "i8"), imdb.ErrForbidden, "dtype"},
		"dtype for reconstruct":     {swap("numpy\nndarray", "numpy\ndtype"), imdb.ErrForbidden, "_reconstruct"},
		"name without an end":       {"\x80\x03c" + strings.Repeat("a", 1<<17), imdb.ErrDamaged, "name without an end"},
		"name of numbers":           {"\x80\x04K\x01K\x02\x93.", imdb.ErrDamaged, "no text"},
		"calls a number":            {"\x80\x03K\x01)R.", imdb.ErrDamaged, "no function"},
		"calls with a number":       {"\x80\x03cnumpy\ndtype\nK\x01R.", imdb.ErrDamaged, "no function"},
		"encodes in an unknown way": {"\x80\x03c_codecs\nencode\n)R.", imdb.ErrForbidden, "encode"},
		"instance of a class":       {"\x80\x02(i__main__\nX\n.", imdb.ErrDamaged, "opcode 0x69"},
		"new object":                {swap("R(K", "\x81(K"), imdb.ErrDamaged, "opcode 0x81"},
		"persistent id":             {"\x80\x03Pid\n.", imdb.ErrDamaged, "opcode 0x50"},
		"dictionary":                {array("}"), imdb.ErrDamaged, "opcode 0x7d"},
		"float":                     {array("](](G\x00\x00\x00\x00\x00\x00\x00\x00ee"), imdb.ErrDamaged, "opcode 0x47"},
		"pops an empty stack":       {"\x80\x03\x85.", imdb.ErrDamaged, "more than it put there"},
		"pops a mark":               {"\x80\x03(\x85.", imdb.ErrDamaged, "more than it put there"},
		"no mark":                   {"\x80\x03]e.", imdb.ErrDamaged, "mark is missing"},
		"appends to nothing":        {"\x80\x03(e.", imdb.ErrDamaged, "no list"},
		"appends to a tuple":        {"\x80\x03)K\x01a.", imdb.ErrDamaged, "no list"},
		"builds nothing":            {"\x80\x03)b.", imdb.ErrDamaged, "without an owner"},
		"builds from a number":      {swap("tb.", "tK\x01b."), imdb.ErrDamaged, "without an owner"},
		"builds a list":             {array("])b"), imdb.ErrDamaged, "no array"},
		"builds twice":              {swap("tb.", "tbK\x00\x85b."), imdb.ErrDamaged, "not the contents"},
		"other contents":            {swap("(K\x01K\x02\x85", "(K\x02\x85"), imdb.ErrDamaged, "not the contents"},
		"other shape":               {swap("K\x01K\x02\x85", "K\x01K\x03\x85"), imdb.ErrDamaged, "shape"},
		"two axes":                  {swap("K\x01K\x02\x85", "K\x01K\x02K\x01\x86"), imdb.ErrDamaged, "shape"},
		"a review for the array":    {"\x80\x03](](K\x05e](K\x06ee" + pickleHead[2:] + "K\x02\x85" + pickleDtype + "]" + pickleTail, imdb.ErrDamaged, "promised"},
		"array without contents":    {good[:strings.Index(good, "R(")+1] + ".", imdb.ErrDamaged, "0 of 2"},
		"something left over":       {swap("\x80\x03", "\x80\x03N"), imdb.ErrDamaged, "arrived"},
		"an end too many":           {array("](](K\x05eee"), imdb.ErrDamaged, "no list"},
		"one review":                {array("](](K\x05ee"), imdb.ErrDamaged, "1 of 2"},
		"three reviews":             {array("](](K\x05e](K\x05e](K\x05ee"), imdb.ErrDamaged, "promised"},
		"a review never filed":      {array("]](K\x05e](K\x05ea"), imdb.ErrDamaged, "each list after the other"},
		"numbers as reviews":        {array("](K\x05K\x06e"), imdb.ErrDamaged, "not a list of lists"},
		"texts as words":            {array("](](X\x01\x00\x00\x00aee"), imdb.ErrDamaged, "not a list of lists"},
		"nothing as word":           {array("](](Nee"), imdb.ErrDamaged, "not a list of lists"},
		"tuples as reviews":         {array("](K\x05\x85e"), imdb.ErrDamaged, "not a list of lists"},
		"a list in a review":        {array("](](](K\x05eee"), imdb.ErrDamaged, "not a list of lists"},
		"a list in itself":          {array("]q\x00(h\x00e"), imdb.ErrDamaged, "refers back"},
		"one review twice":          {array("](](K\x05eq\x07h\x07e"), imdb.ErrDamaged, "refers back"},
		"reviews out of order":      {array("](](K\x05](K\x06eee"), imdb.ErrDamaged, "not a list of lists"},
		"rank 0":                    {array("](](K\x00ee"), imdb.ErrDamaged, "0 is no rank"},
		"negative rank":             {array("](](J\xff\xff\xff\xffee"), imdb.ErrDamaged, "-1 is no rank"},
		"negative long rank":        {array("](](\x8a\x01\xffee"), imdb.ErrDamaged, "-1 is no rank"},
		"rank too large":            {array("](](J\x01\x00\x10\x00ee"), imdb.ErrDamaged, "1048577 is no rank"},
		"rank beyond 64 bits":       {array("](](\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01ee"), imdb.ErrDamaged, "number of 9 bytes"},
		"long of no bytes":          {array("](](\x8a\x00ee"), imdb.ErrDamaged, "0 is no rank"},
		"wrapping rank":             {array("](](\x8a\x05\x05\x00\x00\x00\x01ee"), imdb.ErrDamaged, "4294967301 is no rank"},
		"endless text":              {"\x80\x03X\xff\xff\xff\xff", imdb.ErrDamaged, "text of"},
		"endless stack":             {"\x80\x03" + strings.Repeat("N", imdb.MaxStack+1), imdb.ErrDamaged, "things at once"},
		"endless tuples":            {"\x80\x03)" + strings.Repeat("\x85", 1000), imdb.ErrDamaged, "tuples"},
		"endless memory":            {"\x80\x03N" + memos(100), imdb.ErrDamaged, "things to remember"},
		"remembers nothing":         {"\x80\x03q\x01", imdb.ErrDamaged, "nothing there to remember"},
		"remembers a mark":          {"\x80\x03(q\x01", imdb.ErrDamaged, "nothing there to remember"},
		"forgets":                   {"\x80\x03h\x01", imdb.ErrDamaged, "to nothing"},
		"a review without an end":   {array("](](" + strings.Repeat("K\x05", imdb.MaxWords) + "ee"), imdb.ErrDamaged, "a review of more than"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := imdb.ReadPickle([]byte(tt.pickle), 2)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want %v saying %q", err, tt.want, tt.says)
			}
		})
	}
	t.Run("cut anywhere", func(t *testing.T) {
		for n := range good {
			if _, err := imdb.ReadPickle([]byte(good[:n]), 2); !errors.Is(err, imdb.ErrDamaged) {
				t.Errorf("%d of %d bytes: error %v", n, len(good), err)
			}
		}
	})
	t.Run("any byte changed", func(t *testing.T) {
		for i := range good {
			for _, b := range []byte{0, 1, '(', '.', ']', 'e', 'K', 'M', 'J', 'h', 0x85, 0x8a, 0x94, 0xff, good[i] + 1} {
				raw := []byte(good)
				raw[i] = b
				if _, err := imdb.ReadPickle(raw, 2); err != nil && !errors.Is(err, imdb.ErrDamaged) && !errors.Is(err, imdb.ErrForbidden) {
					t.Fatalf("byte %d as 0x%02x: %v", i, b, err)
				}
			}
		}
	})
}

func memos(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(string([]byte{'q', byte(i)}))
	}
	return b.String()
}
