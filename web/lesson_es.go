package web

// The lesson's prose in Spanish, key by key as in lessonEN.
var lessonES = map[string]string{
	"page.title": "Una red que lee críticas de cine",
	"page.lead":  "Ejecuta las celdas de arriba abajo. Cambia lo que quieras. Al final habrás entrenado una red recurrente que distingue el elogio del desprecio, y habrás visto por qué a veces se equivoca.",

	"intro.name":  "La idea",
	"intro.title": "Para qué sirve una red recurrente",
	"intro.1":     "Hay datos que solo significan algo en su orden: el registro de un servidor, las lecturas de un sensor, las cotizaciones, el camino que ha seguido un coche, una melodía, una frase. Una red *recurrente* los lee paso a paso y lleva consigo un *estado*, el resumen de todo lo leído hasta ahí.",
	"intro.2":     "Las secuencias pueden entrar y salir de cuatro maneras. Esta lección sigue la segunda: entra una frase, sale una opinión.",
	"intro.3":     "Aprende por *retropropagación en el tiempo*: desenrollada, la red es tan profunda como larga es la secuencia, y el error cometido al final tiene que volver atrás por todos esos pasos. Si se *trunca*, solo vuelve unos cuantos.",
	"intro.4":     "Las celdas recurrentes sencillas pierden de vista lo que leyeron al principio. La *LSTM* guarda un estado a largo plazo aparte del de corto plazo, con puertas que deciden qué olvidar, qué escribir y qué mostrar; la *GRU* es más simple y rinde más o menos igual. Aquí hay una unidad de cada una, con pesos elegidos por nosotros y las fórmulas de Keras. Mueve lo que entra.",
	"intro.fresh": "Muestra la máquina en la que correrá la lección.",

	"load.name":  "Cargar",
	"load.title": "Cargar las críticas",
	"load.1":     "La lección aprende de cincuenta mil críticas de cine de IMDB: 25.000 para aprender y 25.000 de prueba. En cada mitad, a uno de cada dos críticos le gustó la película.",
	"load.2":     "Vienen como números enteros: cada palabra se sustituye por su puesto en la lista de las más frecuentes, más tres. `num_words` dice cuántas palabras del vocabulario se conservan; toda palabra más rara se convierte en un 2.",
	"load.fresh": "Lee las críticas y dice cuántas son. Si este servidor no tiene las de IMDB, se descargan ahora, y solo ahora.",

	"inspect.name":  "Mirar",
	"inspect.title": "Leer una crítica",
	"inspect.1":     "Para la red, una crítica es una fila de enteros. El cuaderno de clase se queda ahí y lamenta que nadie pueda leerlos. Aquí sí se puede: se resta el 3, se busca cada número en el índice de palabras y la frase vuelve a aparecer.",
	"inspect.2":     "Señala una palabra, o recórrelas con las flechas, para ver su puesto y su número. Mueve `num_words` y mira quién se cae del vocabulario. Resta 0, 1 o 2 en vez de 3 y verás en qué se convierte la frase.",
	"inspect.fresh": "Muestra una crítica como la recibe la red y con las palabras en su sitio.",

	"pad.name":       "Igualar",
	"pad.title.one":  "Quedarse con %s palabra",
	"pad.title.many": "Quedarse con %s palabras",
	"pad.1":          "Un lote es un rectángulo, así que todas sus críticas han de medir lo mismo. Las cortas se rellenan con ceros; las largas se recortan a `maxlen`.",
	"pad.2":          "Si no se le dice otra cosa, Keras recorta y rellena por el *principio*: conserva las **últimas** palabras y no las primeras, al contrario de lo que dice el cuaderno de clase. Menos mal: el veredicto suele estar al final.",
	"pad.fresh":      "Iguala la longitud de todas las críticas y muestra qué queda de esta.",

	"model.name":  "Modelo",
	"model.title": "Construir el modelo",
	"model.1":     "Tres capas. El embedding convierte cada palabra en un vector, una fila de números a la que el entrenamiento dará sentido. La capa recurrente lee los vectores uno a uno y termina con un estado. La capa densa convierte ese estado en un solo número entre 0 y 1: la probabilidad de que la película gustara.",
	"model.fresh": "Dispone las capas y cuenta sus parámetros.",

	"compile.name":  "Compilar",
	"compile.title": "Elegir cómo aprende",
	"compile.1":     "Antes de entrenar hay tres decisiones. Qué se quiere hacer pequeño: la entropía cruzada binaria, que es grande cuando la red estaba segura de la respuesta equivocada. Cómo bajar la cuesta: el optimizador. Qué se mide: la exactitud (accuracy), la proporción de aciertos. Prueba otros optimizadores con toda libertad.",
	"compile.fresh": "Fija la pérdida, el optimizador y la cifra que se mide.",

	"fit.name":  "Entrenar",
	"fit.title": "Entrenar",
	"fit.1":     "La red lee un lote de críticas, responde, se le dice la solución, se corrige un poco y sigue. Una vuelta a todas las críticas de entrenamiento es una *época*.",
	"fit.2":     "Después de cada época se la examina con críticas de las que no aprende: es la *validación*. Mientras bajan las dos pérdidas, aprende. Cuando solo baja la de entrenamiento, memoriza.",
	"fit.fresh": "Entrena la red. Se puede parar en cualquier momento y conservar lo aprendido.",

	"evaluate.name":  "Evaluar",
	"evaluate.title": "Evaluar",
	"evaluate.1":     "¿Cuántas veces acierta con las críticas de prueba? Una cifra sola dice poco, así que aquí aparece junto a respuestas que cuestan menos.",
	"evaluate.fresh": "Juzga todas las críticas de prueba y cuenta los errores.",

	"classify.name":  "Clasificar",
	"classify.title": "Tu propia crítica",
	"classify.1":     "Escribe una crítica, en la lengua de aquellas de las que aprendió (las de IMDB están en inglés). Sigue el mismo camino que ellas: minúsculas, fuera la puntuación, cada palabra a su número (la que no está en la lista de IMDB se deja fuera, como allí), recorte al vocabulario y a `maxlen`, y entonces la red dice lo que opina.",
	"classify.fresh": "Lee tu crítica y dice con qué probabilidad te gustó la película.",

	"compare.name":  "Comparar",
	"compare.title": "Comparar tus entrenamientos",
	"compare.1":     "Cambia una sola cosa, vuelve a entrenar y mira qué ha pasado. Cada entrenamiento de este cuaderno queda aquí con sus ajustes.",
	"compare.fresh": "Pone tus entrenamientos uno junto a otro.",

	"topology.1":      "Muchos a muchos",
	"topology.1.text": "Secuencia a secuencia: entran precios, salen precios.",
	"topology.2":      "Muchos a uno",
	"topology.2.text": "Secuencia a vector: entra una frase, sale una opinión.",
	"topology.3":      "Uno a muchos",
	"topology.3.text": "Vector a secuencia: entra una imagen, sale su descripción.",
	"topology.4":      "Muchos a uno a muchos",
	"topology.4.text": "Codificador a decodificador: entra una frase, sale su traducción.",
	"topology.here":   "esta lección",

	"example.1": "Una joya",
	"example.2": "Tiempo perdido",
	"example.3": "Lenta, pero",
	"example.4": "No está mal",
	"example.5": "Nada bueno",
	"example.6": "Bien, pero",
	"example.7": "Sarcasmo",

	"optimizer.sgd":      "Descenso por gradiente sin más: un paso cuesta abajo, con la misma tasa para todos los parámetros.",
	"optimizer.momentum": "Descenso por gradiente con momento (momentum): el paso anterior sigue contando con peso 0,9.",
	"optimizer.nesterov": "Momento de 0,9 que mira adelante: cuenta el gradiente del lugar al que el impulso va a llevar.",
	"optimizer.rmsprop":  "Divide cada paso por el tamaño reciente del gradiente de ese parámetro (ρ 0,9): también se mueven las palabras raras.",
	"optimizer.adagrad":  "Divide cada paso por todos los gradientes vistos: audaz con las palabras raras, cada vez más prudente con las comunes.",
	"optimizer.adam":     "Una media móvil del gradiente (β₁ 0,9) dividida por su tamaño reciente (β₂ 0,999, ε 10⁻⁷): pasos de tamaño parecido, aunque las palabras raras, cuyo gradiente llega de tarde en tarde, dan pasos más largos cuando llega.",
	"optimizer.adamw":    "Adam y, además, cada peso se encoge un poco en cada paso (decaimiento 0,004).",
}
