package web

// What outputs say, in Spanish.
var outputES = map[string]string{
	"intro.go": "Go", "intro.cpu": "Procesador", "intro.cores.one": "%s núcleo", "intro.cores.many": "%s núcleos", "intro.kernel": "Cálculo",
	"kernel.avx512": "ensamblador AVX-512", "kernel.avx2": "ensamblador AVX2 y FMA", "kernel.go": "Go puro",

	"load.practice": "Críticas de práctica", "load.real": "Las críticas de IMDB",
	"load.why":    "No hay internet ni archivos a mano, así que estas están generadas. Vuelve a ejecutar cuando tengas conexión, o arranca con `--data DIR`.",
	"load.reason": "Lo que dijo el cargador: %s",
	"load.split":  "críticas", "load.train": "entrenamiento", "load.test": "examen", "load.positive": "le gustó", "load.negative": "no le gustó",
	"load.words": "Índice", "load.words.value": "%s palabras", "load.source": "Procedencia", "load.time": "Cargadas en", "load.sha": "SHA-256 del flujo",
	"load.genuine":  "el mismo que da Keras",
	"load.other":    "no es el que da Keras: las cifras serán otras",
	"source.--data": "el directorio de --data", "source.keras": "la caché de Keras", "source.cache": "la caché de Cuaderno",
	"source.download": "recién descargadas", "source.practice": "generadas aquí",
	"stage.read": "Leyendo las críticas", "stage.download": "Descargando", "stage.baseline": "Contando la bolsa de palabras",
	"stage.evaluate": "Juzgando las críticas de examen", "stage.predict": "Leyendo tu crítica", "stage.": "Trabajando",
	"progress.of": "%s de %s", "progress.left": "quedan %s", "progress.elapsed": "%s hasta ahora", "progress.rate": "%s/s",
	"progress.reviews": "críticas", "progress.rate.reviews": "%s críticas/s",

	"inspect.ints": "Lo que recibe la red: %s enteros", "inspect.words": "Con las palabras en su sitio",
	"inspect.more.one": "%s más", "inspect.more.many": "Las otras %s",
	"inspect.label.1": "le gustó", "inspect.label.0": "no le gustó", "inspect.label": "etiqueta %s",
	"token.start": "[START]", "token.pad": "[PAD]", "token.oov": "[OOV]",
	"key.start": "comienzo de la crítica", "key.oov": "fuera del vocabulario: se lee como 2",

	"pad.shape": "forma", "pad.row": "La fila que lee la red", "pad.zeros.one": "%s cero", "pad.zeros.many": "%s ceros",
	"pad.cut.one": "%s palabra recortada", "pad.cut.many": "%s palabras recortadas", "pad.kept.one": "%s leída", "pad.kept.many": "%s leídas",

	"model.layer": "Capa", "model.shape": "Forma de salida", "model.params": "Parámetros", "model.total": "Total", "model.share": "Parte",
	"model.in": "%s números", "model.probability": "P(gustó)", "model.units": "%s unidades", "model.one": "1 unidad, sigmoide", "model.summary": "El resumen, como lo imprime Keras",

	"compile.loss": "Pérdida", "compile.loss.text": "Entropía cruzada binaria: −log de la probabilidad que dio a la respuesta correcta. Responder al azar cuesta 0,693.",
	"compile.optimizer": "Optimizador", "compile.rate": "Tasa de aprendizaje", "compile.rate.text": "Lo que avanza un paso.",
	"compile.metric": "Métrica", "compile.metric.text": "Exactitud: la parte de las críticas que cae en el lado correcto de 0,5.",

	"fit.epoch": "Época %s de %s", "fit.batch": "lote %s de %s", "fit.validating": "validando: %s de %s críticas",
	"fit.loss": "pérdida %s", "fit.accuracy": "exactitud %s", "fit.speed": "%s críticas/s", "fit.left": "quedan %s", "fit.starting": "Preparándose",
	"fit.queued":            "Esperando su turno",
	"fit.done.finished.one": "Entrenada durante %s época.", "fit.done.finished.many": "Entrenada durante %s épocas.",
	"fit.done.early_stopping.one": "La parada temprana la detuvo tras %s época.", "fit.done.early_stopping.many": "La parada temprana la detuvo tras %s épocas.",
	"fit.done.interrupted.one": "Detenida por ti tras %s época. Conserva lo aprendido.", "fit.done.interrupted.many": "Detenida por ti tras %s épocas. Conserva lo aprendido.",
	"fit.done.failed.one": "Interrumpida tras %s época.", "fit.done.failed.many": "Interrumpida tras %s épocas.",
	"fit.total": "%s en total", "fit.ms": "%s ms por paso", "fit.nothing": "No terminó ninguna época.",
	"chart.loss": "pérdida", "chart.accuracy": "exactitud", "chart.train": "entrenamiento", "chart.val": "validación", "chart.best": "mejor", "chart.epoch": "época",
	"chart.alt.loss": "Pérdida por época. Entrenamiento: %s. Validación: %s.", "chart.alt.accuracy": "Exactitud por época. Entrenamiento: %s. Validación: %s.", "chart.alt.empty": "aún sin cifras",
	"table.caption": "Cifras de cada época", "table.epoch": "Época", "table.loss": "Pérdida de entrenamiento", "table.accuracy": "Exactitud de entrenamiento",
	"table.val_loss": "Pérdida de validación", "table.val_accuracy": "Exactitud de validación", "table.seconds": "Segundos", "log.label": "Registro de las épocas", "log.best": "mejor",

	"evaluate.accuracy": "de %s críticas de examen, bien juzgadas", "evaluate.loss": "pérdida %s", "evaluate.epoch": "época %s", "evaluate.time": "%s",
	"score.title": "Para comparar", "score.always": "siempre «le gustó»", "score.bag": "bolsa de palabras", "score.run": "este entrenamiento", "score.notebook": "el cuaderno, época 15", "score.best": "el cuaderno, su mejor",
	"confusion.title": "Dónde acertó y dónde no", "confusion.said.1": "dijo: gustó", "confusion.said.0": "dijo: no gustó", "confusion.was.1": "gustó", "confusion.was.0": "no gustó", "confusion.right": "acierto", "confusion.wrong": "error",

	"classify.pos": "le gustó", "classify.neg": "no le gustó", "classify.p": "P(gustó) = %s", "classify.words.one": "%s palabra", "classify.words.many": "%s palabras",
	"classify.scale": "Lo segura que está, de 0 (no le gustó) a 1 (le gustó)",
	"classify.read":  "Lo que leyó", "classify.steps": "El camino, paso a paso",
	"step.lower": "Minúsculas", "step.filter": "Sin puntuación", "step.words": "Palabras", "step.rank": "Puesto en la lista", "step.id": "Número: puesto + 3", "step.unknown": "desconocida",
	"step.row": "Recortada y rellenada a %s: lo que lee la red", "step.p": "Probabilidad", "step.beyond": "fuera del vocabulario",
	"step.table": "Palabra por palabra",

	"compare.run": "N.º", "compare.accuracy": "Exactitud en el examen", "compare.val": "Mejor validación", "compare.epochs": "Épocas", "compare.time": "Tiempo", "compare.settings": "Ajustes distintos de los de la lección",
	"compare.same": "los de la lección", "compare.none": "Aún no hay ninguno. Entrena y aparecerá aquí.", "compare.current": "el modelo que tienes ahora", "compare.practice": "práctica",
	"compare.atepoch": "época %s",
	"state.queued":    "en espera", "state.running": "en marcha", "state.finished": "completo", "state.early_stopping": "parada temprana", "state.interrupted": "detenido", "state.failed": "fallido",
}
