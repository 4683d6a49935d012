import { need, needData } from "./dom.js";

// One unit of an LSTM and one of a GRU, computed from what the sliders bring. The weights are the
// page's; the formulas are Keras', and a test holds the figures against the engine's own.

const SQUASH = { sigmoid: (z) => 1 / (1 + Math.exp(-z)), tanh: Math.tanh };
const THICKEST = 7;

export function start() {
  const box = need("[data-gates]");
  const format = new Intl.NumberFormat(document.documentElement.lang, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    signDisplay: "negative",
  });

  function compute() {
    const v = {};
    for (const slide of box.querySelectorAll("[data-gate-input]")) v[slide.dataset.gateInput] = Number(slide.value);
    const gate = (key, h) => {
      const { squash, w, u, b } = need(`[data-gate=${key}]`, box).dataset;
      return (v[key] = SQUASH[squash](w * v.x + u * h + Number(b)));
    };
    v["lstm-c"] = gate("lstm-f", v.h) * v.c + gate("lstm-i", v.h) * gate("lstm-g", v.h);
    v["lstm-h"] = gate("lstm-o", v.h) * Math.tanh(v["lstm-c"]);
    const z = gate("gru-z", v.h);
    v["gru-rest"] = 1 - z;
    v["gru-h"] = z * v.h + (1 - z) * gate("gru-n", gate("gru-r", v.h) * v.h);
    return v;
  }

  function draw() {
    const v = compute();
    for (const e of box.querySelectorAll("[data-value]")) {
      e.textContent = format.format(v[needData(e, "value")]).replace("-", "−");
    }
    for (const e of box.querySelectorAll("[data-level]")) {
      const value = v[needData(e, "level")];
      const height = 38 * Math.abs(value);
      e.setAttribute("height", height);
      e.setAttribute("y", 148 - height);
      e.classList.toggle("less", value < 0);
    }
    for (const e of box.querySelectorAll("[data-flow]")) e.setAttribute("stroke-width", 0.5 + THICKEST * v[needData(e, "flow")]);
  }

  box.addEventListener("input", draw);
  draw();
}
