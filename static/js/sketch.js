import { need, needData } from "./dom.js";

// Drawing on the empty chart writes into the fields below it; when the pen is lifted they are sent,
// and the chart comes back as the notebook has it. Typing into the fields does the same.

export function start() {
  let pen = null; // the pad drawn on, and where the pen last was

  document.addEventListener("pointerdown", (event) => {
    const pad = event.target.closest?.("[data-pad]");
    if (!pad || event.button !== 0) return;
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    pen = { pad, last: null };
    draw(event);
  });
  document.addEventListener("pointermove", (event) => pen && draw(event));
  document.addEventListener("pointerup", () => {
    const form = pen?.pad.closest("form");
    pen = null;
    form?.isConnected && form.requestSubmit();
  });
  // A finger that goes up or down at once scrolls the page: what it touched is as it was.
  document.addEventListener("pointercancel", () => {
    const form = pen?.pad.closest("form");
    if (form?.isConnected) {
      form.reset();
      outline(pen.pad, fieldsOf(form));
    }
    pen = null;
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-guess]");
    if (!form) return;
    if (fieldsOf(form).every((field) => field.validity.valid || field.validity.stepMismatch)) form.requestSubmit();
  });

  // A sentence that was pinned makes room for the next.
  document.addEventListener("written", ({ detail: { name } }) => {
    const box = need("#pin-sentence");
    if (name === `pin.${box.value}`) box.value = "";
  });
  document.addEventListener("refused", ({ detail: { name, value } }) => {
    const box = need("#pin-sentence");
    if (name.startsWith("pin.") && box.value === "") box.value = new URLSearchParams(value).get("sentence");
  });

  function draw(event) {
    const { pad } = pen;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(pad.getScreenCTM().inverse());
    const fields = fieldsOf(pad.closest("form"));
    const far = (field) => Math.abs(field.dataset.x - at.x);
    const here = { field: fields.reduce((a, b) => (far(b) < far(a) ? b : a)), y: at.y };
    const from = pen.last ?? here;
    // A quick pen leaves out epochs: they lie on the straight line.
    const [a, b] = [from, here].map((p) => fields.indexOf(p.field));
    for (let i = a; ; i += Math.sign(b - a)) {
      fields[i].value = lossAt(pad, a === b ? here.y : from.y + ((i - a) / (b - a)) * (here.y - from.y));
      if (i === b) break;
    }
    pen.last = here;
    outline(pad, fields);
  }
}

const fieldsOf = (form) => [...form.querySelectorAll("input[data-x]")];
const axis = (pad) => ["top", "bottom", "low", "high"].map((name) => Number(needData(pad, name)));

function lossAt(pad, y) {
  const [top, bottom, low, high] = axis(pad);
  const share = Math.min(Math.max((bottom - y) / (bottom - top), 0), 1);
  return (low + share * (high - low)).toFixed(2);
}

function outline(pad, fields) {
  const [top, bottom, low, high] = axis(pad);
  const points = fields.filter((f) => f.value !== "").map((f) => `${f.dataset.x} ${bottom - ((f.value - low) / (high - low)) * (bottom - top)}`);
  // A single point is a line without length, which round ends make a dot.
  need("[data-guess-line]", pad).setAttribute("d", points.length ? `M${points.join("L")}${points.length === 1 ? "h0" : ""}` : "");
  for (const old of pad.querySelectorAll("circle, .hint")) old.remove();
}
