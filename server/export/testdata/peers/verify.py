"""Lets other programs use what Cuaderno exported: python verify.py DIR RUN DATA

DIR has the exports of a run, cuaderno-RUN.*, and rows.json: padded test reviews. Writes to
DIR out.json, an object of lists of probabilities, each under the name of the program that gave them, and two
files that Cuaderno is to read back: keras.weights.h5, and keras-trained.weights.h5 after more training.
DATA has imdb.npz and imdb_word_index.json, for the notebook.
"""
import json
import os
import pathlib
import subprocess
import sys

os.environ["KERAS_BACKEND"] = "jax"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import nbformat  # noqa: E402
import numpy as np  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
from safetensors import safe_open  # noqa: E402
from safetensors.numpy import load_file  # noqa: E402

where, run, data = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
rows = np.array(json.loads((where / "rows.json").read_text()), np.int32)
name = {kind: str(where / f"cuaderno-{run}{kind}") for kind in (".weights.h5", ".safetensors", ".onnx", ".ipynb")}
out = {}

# The notebook is valid, and its own cells build the model.
notebook = nbformat.read(name[".ipynb"], as_version=4)
nbformat.validate(notebook)
cells = {c.id: c for c in notebook.cells}
scope = {}
for cell in ("intro", "model"):
    exec(cells[cell].source, scope)
model = scope["model"]
model.load_weights(name[".weights.h5"])
exec(cells["compile"].source, scope)
predict = lambda: model.predict(rows, verbose=0)[:, 0].astype(float).tolist()  # noqa: E731
out["keras"] = predict()
model.save_weights(where / "keras.weights.h5")

# Hugging Face's library: the same tensors, under Keras' names and in its order.
tensors = load_file(name[".safetensors"])
with safe_open(name[".safetensors"], "numpy") as f:
    settings = json.loads(f.metadata()["cuaderno"])["settings"]
layer = settings["layer"]
names = ["embedding/embeddings", f"{layer}/kernel", f"{layer}/recurrent_kernel", f"{layer}/bias", "dense/kernel", "dense/bias"]
assert sorted(tensors) == sorted(names), list(tensors)
for ours, theirs in zip(names, model.get_weights()):
    assert np.array_equal(tensors[ours], theirs), ours
model.set_weights([np.zeros_like(w) for w in model.get_weights()])
model.set_weights([tensors[n] for n in names])
out["safetensors"] = predict()

onnx.checker.check_model(onnx.load(name[".onnx"]), full_check=True)
session = onnxruntime.InferenceSession(name[".onnx"], providers=["CPUExecutionProvider"])
assert json.loads(session.get_modelmeta().custom_metadata_map["cuaderno"])["settings"] == settings
out["onnxruntime"] = session.run(["probability"], {"tokens": rows})[0][:, 0].astype(float).tolist()

# Keras trains on, and saves with an optimizer that has moments.
model.fit(rows, np.arange(len(rows)) % 2, epochs=1, verbose=0)
model.save_weights(where / "keras-trained.weights.h5")
out["keras, trained on"] = predict()

# Jupyter runs every cell as it is. Keras would download the reviews anew if its copy is packed
# otherwise than the official one, so that check of the file, and nothing else, is switched off.
home = where / "keras-home"
(home / "datasets").mkdir(parents=True)
for file in ("imdb.npz", "imdb_word_index.json"):
    (home / "datasets" / file).symlink_to(data / file)
startup = where / "ipython" / "profile_default" / "startup"
startup.mkdir(parents=True)
(startup / "00.py").write_text("from keras.src.utils import file_utils\nfile_utils.validate_file = lambda *a, **k: True\n")
notebook.cells.append(nbformat.v4.new_code_cell(
    "import json\n"
    "assert trained\n"
    "json.dump(model.predict(x_test[:100], verbose=0)[:, 0].astype(float).tolist(), open('jupyter.json', 'w'))"))
nbformat.write(notebook, where / "lesson.ipynb")
subprocess.run(
    [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "done.ipynb", "lesson.ipynb"],
    cwd=where, check=True, stdout=subprocess.DEVNULL,
    env={**os.environ, "KERAS_HOME": str(home), "IPYTHONDIR": str(where / "ipython"), "JUPYTER_RUNTIME_DIR": str(where / "runtime")})
out["jupyter"] = json.loads((where / "jupyter.json").read_text())
done = {c.id: c for c in nbformat.read(where / "done.ipynb", as_version=4).cells}
out["jupyter, own review"] = [float(done["classify"].outputs[-1].text.split()[-1])]
out["jupyter, accuracy"] = [float(done["evaluate"].outputs[-1].text.split("accuracy: ")[1].split()[0])]
(where / "out.json").write_text(json.dumps(out))
