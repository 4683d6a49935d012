package tokenize

// Python is the rule as a Python function of the standard library alone: standardize gives the words of a
// text parted by blanks, at which, and only there, it is to be split. Under IMDB a table comes with it,
// plain, for the words that the index lacks.
func (r Rule) Python() string {
	switch r {
	case Unicode:
		return pythonUnicode
	case ASCII:
		return pythonASCII
	}
	return pythonASCII + pythonPlain
}

const pythonASCII = `marks = '!"#$%&()*+,-./:;<=>?@[\\]^_` + "`" + `{|}~\t\n\r'

def standardize(text):
    text = text.encode().lower().decode()  # A to Z alone
    return text.translate(str.maketrans(marks, " " * len(marks)))
`

const pythonPlain = `
plain = str.maketrans("‘’“”‐‑–—…\u00a0", "''        ")
`

// The lower-casing comes last: a sigma's depends on where its word ends.
const pythonUnicode = `import unicodedata

def standardize(text):  # TextVectorization's own lower-cases A to Z alone
    kind = lambda c: "LN" if unicodedata.category(c)[0] in "LN" else unicodedata.category(c)
    text, out = unicodedata.normalize("NFC", text.replace("’", "'")), ""
    for c, after in zip(text, text[1:] + " "):
        within = out[-1:].strip() != ""  # a word
        if kind(c) == "LN" or within and (kind(c)[0] == "M" or c == "'" and kind(after) == "LN"):
            out += c
        else:
            out += " " + c + " " if kind(c) == "So" else " "  # a pictograph is a word
    return " ".join(out.split()).lower()
`
