package ipynb

import "cuaderno/web"

// texts are those that only the file needs; the lesson's own come from the page.
var texts = map[web.Lang]map[string]string{
	web.ES: {
		"needs": "Este cuaderno necesita Keras 3 con uno de sus motores, por ejemplo `pip install keras jax`. " +
			"Al ejecutar la celda que carga las críticas, Keras las descarga una sola vez. " +
			"Los resultados que ya se ven son los de Cuaderno; Keras sortea otros pesos iniciales, así que al entrenar aquí las cifras serán parecidas, no iguales.",
		"practice": "**Ojo:** los resultados que se ven son de las críticas de práctica de Cuaderno, que están inventadas. El código carga las de IMDB, así que dará otros.",
		"reviews":  "**Ojo:** los resultados que se ven son de tus propias críticas. El código carga las de IMDB, así que dará otros.",
		"weights": "Si el fichero de pesos está junto a este cuaderno, el modelo entrenado en Cuaderno se recupera aquí y no hace falta entrenar: " +
			"las celdas que siguen dan las mismas probabilidades que allí. Sin el fichero, el entrenamiento se hace con Keras.",
		"own": "Tus propias críticas se cortaron en palabras con esta función. Es el `standardize` que les corresponde: el de `TextVectorization`, de Keras, solo pasa a minúsculas de la A a la Z. " +
			"Con `standardize=None` y `split=\"whitespace\"`, y los textos ya pasados por ella, `TextVectorization` ve las mismas palabras. " +
			"Si los pesos y el vocabulario están junto a este cuaderno, la celda da la probabilidad que da Cuaderno para la variable `review`.",
		"intro.4": "Las celdas recurrentes sencillas pierden de vista lo que leyeron al principio. La *LSTM* guarda un estado a largo plazo aparte del de corto plazo, con puertas que deciden qué olvidar, qué escribir y qué mostrar; " +
			"la *GRU* es más simple y rinde más o menos igual.",
		"inspect.2":  "Cambia el 3 por 0, 1 o 2 en el código y verás en qué se convierte la frase.",
		"evaluate.1": "¿Cuántas veces acierta con las críticas de prueba? La tabla cuenta en qué se equivoca.",
		"compare.1":  "Cambia una sola cosa, vuelve a entrenar y mira qué ha pasado. Keras guarda las cifras de cada época en `history.history`.",
		"split":      "mitad", "count": "críticas", "positive": "positivas", "train": "entrenamiento", "test": "prueba",
		"run": "ejecución", "layer": "capa", "accuracy": "exactitud", "loss": "pérdida", "best": "mejor época",
	},
	web.EN: {
		"needs": "This notebook needs Keras 3 with one of its backends, for example `pip install keras jax`. " +
			"Running the cell that loads the reviews makes Keras download them, once. " +
			"The results that are already here are Cuaderno’s; Keras draws other initial weights, so training here gives figures that are alike, not the same.",
		"practice": "**Mind:** the results shown are from Cuaderno’s practice reviews, which are made up. The code loads IMDB’s, so it will give others.",
		"reviews":  "**Mind:** the results shown are from your own reviews. The code loads IMDB’s, so it will give others.",
		"weights": "If the file of weights lies beside this notebook, the model trained in Cuaderno is restored here and need not be trained: " +
			"the cells that follow give the same probabilities as there. Without the file, Keras does the training.",
		"own": "Your own reviews were cut into words by this function. It is the `standardize` that belongs to them: that of Keras’ `TextVectorization` lower-cases A to Z alone. " +
			"With `standardize=None` and `split=\"whitespace\"`, and texts that went through it, `TextVectorization` sees the same words. " +
			"If the weights and the vocabulary lie beside this notebook, the cell gives the probability that Cuaderno gives, of the variable `review`.",
		"intro.4": "Plain recurrent cells lose sight of what came early. The *LSTM* keeps a long-term state apart from the short-term one, with gates that decide what to forget, what to write and what to show; " +
			"the *GRU* is simpler and does about as well.",
		"inspect.2":  "Put 0, 1 or 2 in the place of the 3 in the code, and see what becomes of the sentence.",
		"evaluate.1": "How often is it right about the test reviews? The table counts where it is wrong.",
		"compare.1":  "Change one thing, train again, and see what it did. Keras keeps the figures of every epoch in `history.history`.",
		"split":      "split", "count": "reviews", "positive": "positive", "train": "training", "test": "test",
		"run": "run", "layer": "layer", "accuracy": "accuracy", "loss": "loss", "best": "best epoch",
	},
}
