package web

import "maps"

// Texts holds everything the page says. Keys are CELL.WHAT for the lesson and AREA.WHAT for the rest.
// `code`, *emphasis* and **strong** are marked up by Rich.
var Texts = map[Lang]map[string]string{
	ES: join(lessonES, notesES, outputES, labelsES, figuresES, fittingES, verdictES),
	EN: join(lessonEN, notesEN, outputEN, labelsEN, figuresEN, fittingEN, verdictEN),
}

func join(parts ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, p := range parts {
		for k := range p {
			if _, twice := all[k]; twice {
				panic("web: two texts under the key " + k)
			}
		}
		maps.Copy(all, p)
	}
	return all
}
