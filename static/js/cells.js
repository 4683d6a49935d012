import { link, need, needData } from "./dom.js";
import { replace } from "./swap.js";

// Sends what the reader does: run, stop, a field changed. The answers come over the socket, except
// for bad input, which comes back as the form with a sentence beside the field.

const QUIET = 350; // ms without a keystroke before a field counts as changed

export function start() {
  const csrf = needData(need("[data-notebook]"), "csrf");
  const timers = new Map();

  async function send(url, body, cell) {
    let answer;
    try {
      answer = await fetch(url, {
        method: "POST",
        body,
        headers: { "X-Cuaderno": "1", "X-CSRF-Token": csrf },
        credentials: "same-origin",
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
    const cell = needData(form, "form");
    clearTimeout(timers.get(cell));
    timers.delete(cell);
    send(`/cells/${cell}/fields`, fields(form), cell);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-form]")) return;
    event.preventDefault();
    const button = event.submitter;
    const kind = needData(form, "form");
    const cell = form.closest("[data-cell]") ? kind : null;
    clearTimeout(timers.get(cell));
    timers.delete(cell);
    // Attributes, not properties: a field named "action" would hide the form's.
    const url = button?.getAttribute("formaction") || form.getAttribute("action");
    send(url, fields(form, button), cell);
    form.closest("details")?.removeAttribute("open");
  });

  // Typing counts when it pauses; leaving a field, or choosing, counts at once.
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-form]");
    if (!form?.closest("[data-cell]")) return;
    const cell = needData(form, "form");
    clearTimeout(timers.get(cell));
    timers.set(cell, setTimeout(() => changed(form), QUIET));
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-form]");
    if (form && timers.has(needData(form, "form"))) changed(form);
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
