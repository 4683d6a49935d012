package web

// Margin notes and the narration of training, in Spanish.
var notesES = map[string]string{
	"intro.note.source": "La lección sigue un cuaderno de clase, en español, basado en el ejemplo `imdb_lstm` de Keras. Donde aquel cuaderno se despista, la página lo dice.",
	"intro.note.hard":   "**No es fácil.** Las redes recurrentes son sensibles a su topología y a sus ajustes y piden mucho cálculo; con una mala elección puede que ni siquiera converjan.",
	"intro.note.bptt":   "La retropropagación **truncada** devuelve el error solo unos cuantos pasos. De eso se ocupa `bptt_steps`, más abajo, en el modelo.",

	"load.note.slip":     "El cuaderno de clase habla de 5.000 críticas de entrenamiento. Es un despiste: cuéntalas aquí.",
	"load.note.cut":      "El **%s** de todas las palabras de las críticas de entrenamiento queda fuera de `num_words` = %s y se lee como un 2.",
	"load.note.length":   "La mitad de las críticas tiene más de **%s** palabras. La media es %s; la más larga tiene %s.",
	"load.note.practice": "**Las críticas de práctica están generadas** con una gramática, para que la lección funcione sin internet. En ellas el orden de las palabras importa como en las de verdad, pero las cifras del texto de esta página son de las de verdad.",
	"load.note.polite":   "Nada sale de esta máquina. La única petición hacia fuera es la propia descarga.",

	"inspect.note.pos":    "**y_train[%s] = 1**: la película le gustó.",
	"inspect.note.neg":    "**y_train[%s] = 0**: la película no le gustó.",
	"inspect.note.oov":    "**%s** de sus palabras están fuera del vocabulario; aquí van rayadas. La red ve un 2 en su lugar y no puede distinguirlas.",
	"inspect.note.none":   "Todas sus palabras están en el vocabulario.",
	"inspect.note.offset": "¿Por qué más tres? 0 es relleno, 1 el comienzo y 2 una palabra desconocida. Descifrada sin ese 3, la primera de las críticas de verdad empieza «the as you with out themselves»: el error más común que hay.",

	"pad.note.survive": "Sobreviven **%s de %s** números de esta crítica, contando la marca de comienzo.",
	"pad.note.whole":   "Esta crítica es corta y sobrevive entera. La completan **%s** ceros.",
	"pad.note.cut":     "Con `maxlen` %s, el **%s** de las críticas de entrenamiento pierde algo y el **%s** de todas sus palabras no se lee nunca.",
	"pad.note.post":    "Con `padding='post'` los ceros van detrás de la última palabra y nada los oculta: la red sigue leyendo vacío, hasta %s veces, y tiene que acordarse de lo que sabía.",
	"pad.note.first":   "Con `truncating='post'` lo que se pierde es el final, con el veredicto.",

	"model.note.total": "**%s** parámetros, el **%s** en el embedding, el diccionario de lo que significan las palabras.",
	"model.note.init":  "Empiezan al azar: el embedding, uniforme entre −0,05 y 0,05; las matrices, Glorot uniforme; la recurrente, ortogonal. Los sesgos empiezan en cero.",
	"model.note.lstm":  "La LSTM tiene cuatro puertas, en el orden i, f, c, o. El sesgo de la puerta de olvido, f, empieza en uno: al principio, recuerda.",
	"model.note.gru":   "La GRU tiene tres puertas y ningún estado aparte a largo plazo. Esta es la variante de Keras, `reset_after`.",
	"model.note.rnn":   "Una celda recurrente sencilla: un estado y ninguna puerta. Lo que leyó al principio se borra pronto.",
	"model.note.mask":  "El **dropout** oculta parte de los números al entrenar. Cuáles, se sortea una vez por crítica y vale para todas sus palabras; los demás se aumentan para compensar.",
	"model.note.bptt":  "El error vuelve atrás **%s** pasos como mucho. Keras no tiene un mando para esto.",

	"compile.note.rate": "La tasa de aprendizaje %s no es la que Keras da por defecto a este optimizador, que es %s.",
	"compile.note.adam": "El Adam de Keras hace decaer en cada paso los momentos de *todas* las palabras, también de las que no estaban en el lote. El nuestro también.",

	"fit.note.hour":     "El cuaderno de clase avisa de una hora o más, incluso con un buen PC: el suyo tardaba de 128 a 157 s por época.",
	"fit.note.price":    "**Precio:** con estos ajustes, unos **%s** en esta máquina.",
	"fit.note.noisy":    "Las cifras de entrenamiento son una media de toda la época, con dropout. Las de validación se toman al final, sin él: por eso la validación puede parecer mejor al principio.",
	"fit.note.flatters": "Validar con las críticas de examen, como hace el cuaderno de clase, favorece el resultado, porque se elige según ellas. Con `validation` se puede apartar en su lugar una quinta parte de las de entrenamiento.",
	"fit.note.sealed":   "Se ha apartado una quinta parte de las críticas de entrenamiento para validar. Las de examen siguen selladas hasta que evalúes.",
	"fit.note.stop":     "La parada temprana con paciencia %s habría terminado tras la época **%s** y se habría quedado con la **%s**.",
	"fit.note.kept":     "El modelo tiene ahora los pesos de la época **%s**.",
	"fit.note.last":     "El modelo tiene los pesos de la última época, la %s. La **%s** fue mejor: `restore_best` volvería a ella. Keras no lo hace por defecto.",
	"fit.earlier":       "Épocas anteriores",
	"epoch.first":       "**Época %s:** pérdida de entrenamiento %s, de validación %s. Juzga bien el %s de las críticas de validación.",
	"epoch.learns":      "**Época %s:** la pérdida de entrenamiento bajó a %s y la de validación a %s. Está aprendiendo.",
	"epoch.begins":      "**Época %s:** la pérdida de entrenamiento bajó a %s y la de validación subió a %s. Ha empezado a memorizar.",
	"epoch.memorises":   "**Época %s:** la pérdida de entrenamiento bajó a %s y la de validación subió a %s. Está memorizando.",
	"epoch.wavers":      "**Época %s:** la pérdida de entrenamiento bajó a %s y la de validación a %s, todavía por encima de la época %s.",
	"epoch.both":        "**Época %s:** la pérdida de entrenamiento subió a %s y la de validación a %s. Puede que los pasos sean demasiado grandes.",
	"epoch.unexpected":  "**Época %s:** la pérdida de entrenamiento subió a %s y la de validación bajó a %s.",

	"evaluate.note.practice": "El 0,801 y el 0,838 del cuaderno son cifras de las críticas de verdad. No se comparan con las de práctica y aquí no aparecen.",
	"evaluate.note.header":   "El propio ejemplo de Keras lo dice en sus primeras líneas: una bolsa de palabras con TF-IDF y regresión logística es más simple y más rápida, y con estos datos una LSTM no tiene ventaja.",
	"evaluate.note.flatters": "Son las mismas críticas con las que se validó al entrenar. Si elegiste la época según ellas, la cifra favorece.",
	"evaluate.note.sealed":   "Las críticas de examen no han participado en el entrenamiento ni en la elección de la época: esta cifra es honrada.",
	"evaluate.note.margin":   "Contando sobre %s críticas, el puro azar mueve la exactitud en torno a ± %s.",

	"classify.note.known":   "**%s de %s** palabras están en el vocabulario.",
	"classify.note.cut":     "A la red solo llegaron los **%s** números que caben en `maxlen`: lo tachado no se leyó.",
	"classify.note.epoch":   "Juzgada por la red tal como era tras la época **%s**.",
	"classify.note.unsure":  "Está casi a medias: la red no sabe decidirse.",
	"classify.note.unknown": "No conoce la mayoría de estas palabras. ¿Está en inglés la crítica?",

	"compare.note.one": "Cambia una sola cosa cada vez: con dos, no sabrás cuál fue.",
	"compare.note.val": "La mejor época es la de menor pérdida de validación.",
}
