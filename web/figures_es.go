package web

// The Spanish of figuresEN.
var figuresES = map[string]string{
	"topology.pick":  "Formas de entrar y salir",
	"topology.in":    "entrada",
	"topology.state": "estado",
	"topology.out":   "salida",

	"unrolled.reads":  "lee",
	"unrolled.learns": "el error vuelve",
	"unrolled.word":   "palabra %s",
	"unrolled.all":    "Con tu `maxlen` la red tiene **%s** pasos de profundidad y el error vuelve por todos: tu `bptt_steps` no pone límite.",
	"unrolled.some":   "Con tu `maxlen` la red tiene **%s** pasos de profundidad. Tu `bptt_steps` deja que el error vuelva **%s**; los **%s** primeros solo entregan su estado.",
	"unrolled.change": "Cambiar",

	"gate.cell":   "Celda",
	"gate.x":      "x, lo que trae la palabra",
	"gate.h":      "h′, estado a corto plazo, antes",
	"gate.c":      "c′, estado a largo plazo, antes",
	"gate.name":   "Puerta",
	"gate.now":    "Ahora",
	"gate.lstm-i": "entrada: cuánto escribir",
	"gate.lstm-f": "olvido: cuánto conservar",
	"gate.lstm-g": "candidato: qué escribir",
	"gate.lstm-o": "salida: cuánto mostrar",
	"gate.lstm-c": "estado a largo plazo",
	"gate.lstm-h": "estado a corto plazo",
	"gate.gru-z":  "actualización: cuánto conservar",
	"gate.gru-r":  "reinicio: cuánto pasado usar",
	"gate.gru-n":  "candidato: qué escribir",
	"gate.gru-h":  "estado",
	"gate.figure": "Esquema de una unidad; sus cifras están en la tabla de al lado.",

	"lens.word":   "palabra",
	"lens.rank":   "puesto por frecuencia",
	"lens.id":     "número, puesto + 3",
	"lens.read":   "lo que lee la red",
	"lens.offset": "se resta",
	"lens.right":  "%s es lo correcto",

	"inspect.rest": "El resto de la crítica",

	"lengths.title": "Cuánto miden las críticas de entrenamiento",
	"lengths.alt":   "Con maxlen %s, el %s cabe entero y el %s se recorta.",

	"model.rows":  "una fila por palabra",
	"model.areas": "Las áreas guardan la proporción exacta de los parámetros: el %s está en el embedding.",

	"pad.reviews": "críticas recortadas",
	"pad.words":   "palabras que no se leen",
}
