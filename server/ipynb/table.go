package ipynb

import (
	"html"
	"strings"
	"unicode/utf8"
)

// table is rows under a head, once as HTML and once in plain text. The first column holds words, the
// others mostly numbers.
func table(head []string, rows [][]string) output {
	var h, p strings.Builder
	widths := make([]int, len(head))
	all := append([][]string{head}, rows...)
	for _, row := range all {
		for i, text := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	h.WriteString("<table>\n")
	for i, row := range all {
		tag := "td"
		if i == 0 {
			tag = "th"
		}
		h.WriteString("<tr>")
		var line strings.Builder
		for j, text := range row {
			align := "right"
			gap := strings.Repeat(" ", widths[j]-utf8.RuneCountInString(text))
			if j == 0 {
				align = "left"
				line.WriteString(text + gap)
			} else {
				line.WriteString("  " + gap + text)
			}
			h.WriteString("<" + tag + ` style="text-align: ` + align + `">` + html.EscapeString(text) + "</" + tag + ">")
		}
		h.WriteString("</tr>\n")
		p.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	h.WriteString("</table>")
	return display(map[string]string{"text/html": h.String(), "text/plain": strings.TrimSuffix(p.String(), "\n")})
}
