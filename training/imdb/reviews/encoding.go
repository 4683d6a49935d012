package reviews

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// bom is what some programs put before the first line.
var bom = []byte("\xef\xbb\xbf")

// utf16 says of a file that begins so that it is UTF-16: by its mark, or because every second byte of what
// was written in a European language is zero.
func utf16(start []byte) string {
	if len(start) < 2 {
		return ""
	}
	marked := bytes.Equal(start, []byte{0xff, 0xfe}) || bytes.Equal(start, []byte{0xfe, 0xff})
	if !marked && (start[0] == 0) == (start[1] == 0) {
		return ""
	}
	return "this is UTF-16, not UTF-8; save the file again as UTF-8 (spreadsheets call it CSV UTF-8)"
}

// Check says what is wrong with a text: that it is empty, longer than a limit in bytes, or not UTF-8.
func Check(text string, limit int) error {
	switch {
	case len(text) > limit:
		return fmt.Errorf("a text of %d bytes; at most %d are allowed", len(text), limit)
	case !utf8.ValidString(text):
		return notUTF8(text)
	case strings.TrimSpace(text) == "":
		return errNoText
	}
	return nil
}

// notUTF8 says where a text is something else.
func notUTF8(text string) error {
	for i, c := range text {
		if c == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(text[i:]); n == 1 {
				return fmt.Errorf("not UTF-8: byte %d is %#x; save the file again as UTF-8", i+1, text[i])
			}
		}
	}
	return nil
}
