"""Judges texts as the notebook of somebody's own reviews does: python own.py DIR RUN

DIR has the exports of a run, cuaderno-RUN.*, and texts.json. Prints a list of probabilities. The notebook's own
cells build the model; its cell "own" cuts each text into words and reads weights and vocabulary beside it.
"""
import contextlib
import io
import json
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
import nbformat  # noqa: E402

os.chdir(sys.argv[1])
notebook = nbformat.read(f"cuaderno-{sys.argv[2]}.ipynb", as_version=4)
nbformat.validate(notebook)
cells = {c.id: c.source for c in notebook.cells}
scope = {}
for cell in ("intro", "model"):
    with contextlib.redirect_stdout(io.StringIO()):
        exec(cells[cell], scope)
out = []
with open("texts.json", encoding="utf-8") as file:
    texts = json.load(file)
for text in texts:
    scope["review"] = text
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(cells["own"], scope)
    out.append(float(printed.getvalue().split()[-1]))
print(json.dumps(out))
