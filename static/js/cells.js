import { link, need, needData } from "./dom.js";
import { replace } from "./swap.js";

// Sends what the reader does: run, stop, a field changed. The answers come over the socket, except
// for bad input, which comes back as the form with a sentence beside the field.
//
// A cell has one form of its own, with its fields, and may hold others that are only sent.

const QUIET = 350; // ms without a keystroke before a field counts as changed
const PATIENCE = 15_000; // ms for an answer
const timers = new Map(); // of cells in which something was typed that is not sent yet
const unsure = new Map(); // how often each cell was sent of late: what is heard of it may be older
const told = new Map(); // what the notebook has, by field, as heard since the field was sent

let line = Promise.resolve(); // what is done first also arrives first

// The cell whose own form this is; null for any other form.
function cellOf(form) {
  const cell = form?.closest("[data-cell]")?.dataset.cell;
  return cell && form.dataset.form === cell ? cell : null;
}

// Puts into the controls what the notebook has: another page, or a button, has changed it. What the
// reader is typing here, has just sent, or has typed in vain, stays.
export function fill(values) {
  for (const [name, value] of Object.entries(values)) {
    told.set(name, value);
    const field = need(`#field-${name}`);
    const cell = cellOf(field.form);
    if (field === document.activeElement || timers.has(cell) || unsure.has(cell) || field.getAttribute("aria-invalid")) continue;
    if (field.value !== value) field.value = value;
  }
}

// Soon after the answer to the last that was sent, what is heard is true again.
function settle(cell) {
  unsure.set(cell, unsure.get(cell) - 1);
  if (unsure.get(cell) > 0) return;
  unsure.delete(cell);
  fill(Object.fromEntries([...told].filter(([name]) => cellOf(need(`#field-${name}`).form) === cell)));
}

export function start() {
  const csrf = needData(need("[data-notebook]"), "csrf");
  // Some browsers put back what was typed before a reload; the notebook may not have it.
  for (const form of document.querySelectorAll("form[data-form]")) form.reset();

  function send(url, body, cell) {
    if (cell) {
      unsure.set(cell, (unsure.get(cell) ?? 0) + 1);
      for (const name of body.keys()) told.delete(name);
    }
    line = line
      .then(() => post(url, body, cell))
      .catch(reportError)
      .finally(() => cell && setTimeout(settle, QUIET, cell));
  }

  async function post(url, body, cell) {
    let answer;
    try {
      answer = await fetch(url, {
        method: "POST",
        body,
        headers: { "X-Cuaderno": "1", "X-CSRF-Token": csrf },
        credentials: "same-origin",
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      link("refused");
      return;
    }
    if (answer.status === 422 && cell) {
      replace(`form-${cell}`, await answer.text());
    } else if (answer.status === 403) {
      location.reload(); // the token has expired: a new page brings a new one
    } else if (!answer.ok) {
      link("refused");
    } else {
      link(null);
      if (cell) clear(need(`#form-${cell}`));
    }
  }

  // Everything in this form was accepted, so no sentence beside a field holds any longer.
  function clear(form) {
    for (const error of form.querySelectorAll("[data-error]")) error.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.closest("[data-field]").classList.remove("wrong");
    }
  }

  function fields(form, submitter) {
    return new URLSearchParams(new FormData(form, submitter));
  }

  function changed(form) {
    const cell = cellOf(form);
    clearTimeout(timers.get(cell));
    timers.delete(cell);
    // The cell's form leads to its "run"; its fields are next door.
    send(form.getAttribute("action").replace(/run$/, "fields"), fields(form), cell);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-form]")) return;
    event.preventDefault();
    const button = event.submitter;
    const cell = cellOf(form);
    clearTimeout(timers.get(cell));
    timers.delete(cell);
    // Attributes, not properties: a field named "action" would hide the form's.
    const url = button?.getAttribute("formaction") || form.getAttribute("action");
    send(url, fields(form, button), cell);
    form.closest("details:not([data-stays])")?.removeAttribute("open");
  });

  // Typing counts when it pauses; leaving a field, or choosing, counts at once.
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-form]");
    const cell = cellOf(form);
    if (!cell) return;
    clearTimeout(timers.get(cell));
    timers.set(cell, setTimeout(() => changed(form), QUIET));
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-form]");
    if (timers.has(cellOf(form))) changed(form);
  });

  // An example fills the box; running it is the reader's decision.
  document.addEventListener("click", (event) => {
    const example = event.target.closest?.("[data-example]");
    if (!example) return;
    const form = example.closest("form");
    need("textarea", form).value = needData(example, "example");
    changed(form);
  });
}
