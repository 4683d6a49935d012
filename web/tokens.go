package web

import "strings"

// The ids that are no words: see package imdb.
const (
	idPad   = 0
	idStart = 1
	idOOV   = 2
)

// class is how a token is drawn; most are plain.
func (t Token) class() string {
	switch t.ID {
	case idPad:
		return "pad"
	case idStart:
		return "start"
	case idOOV:
		return "oov"
	}
	return ""
}

func (t Token) text(l Lang) string {
	switch {
	case t.Word != "":
		return t.Word
	case t.ID == idPad:
		return l.T("token.pad")
	case t.ID == idStart:
		return l.T("token.start")
	}
	return l.T("token.oov")
}

// ints writes a review as Python prints a list.
func ints(tokens []Token) string {
	texts := make([]string, len(tokens))
	for i, t := range tokens {
		texts[i] = itoa(t.ID)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func intList(ids []int) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = itoa(id)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func unknown(tokens []Token) int {
	n := 0
	for _, t := range tokens {
		if t.ID == idOOV {
			n++
		}
	}
	return n
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
