package web

// The Spanish of figuresEN.
var figuresES = map[string]string{
	"lens.word":   "palabra",
	"lens.rank":   "puesto por frecuencia",
	"lens.id":     "número, puesto + 3",
	"lens.read":   "lo que lee la red",
	"lens.offset": "se resta",
	"lens.right":  "%s es lo correcto",

	"inspect.rest": "El resto de la crítica",

	"lengths.title": "Cuánto miden las críticas de entrenamiento",
	"lengths.alt":   "Con maxlen %s, el %s cabe entero y el %s se recorta.",

	"pad.reviews": "críticas recortadas",
	"pad.words":   "palabras que no se leen",
}
