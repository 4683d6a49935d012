package reviews

import "strings"

// Judged are the columns of the tables that we write. A table with these names is read as one of ours.
var Judged = []string{"review", "sentiment", "probability", "verdict"}

// quote before a cell makes spreadsheets take it for a text.
const quote = "'"

// Guard puts a quote before a text that spreadsheets would take for a formula, and before one that looks as if
// that had been done, so that Unguard gives every text back.
func Guard(text string) string {
	if formula(text) {
		return quote + text
	}
	return text
}

// Unguard takes off what Guard puts on.
func Unguard(text string) string {
	if bare, quoted := strings.CutPrefix(text, quote); quoted && formula(bare) {
		return bare
	}
	return text
}

func formula(text string) bool {
	bare := strings.TrimLeft(text, quote)
	return bare != "" && strings.ContainsRune("=+-@\t\r\n", rune(bare[0]))
}
