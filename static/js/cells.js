import { need, needData, trouble } from "./dom.js";
import * as drafts from "./drafts.js";
import { bodyOf, cellOf, control, draftsOf, flush, inLine, leave, settle, take } from "./fields.js";
import { released } from "./press.js";
import { later, post } from "./wire.js";

// Sends what the reader does: run, stop, a field changed, something written. The answers come over the
// socket, except for bad input, which comes back as the form with a sentence beside the field.
//
// A cell has one form of its own, with its fields, and may hold others that are only sent.

const QUIET = 350; // ms without a keystroke before a field counts as changed
let timer = null; // of something typed that is not sent yet

// What a form writes that is no field, by a name of its own; null for a form that only asks.
function writing(form, button) {
  const name = form.dataset.form === "guess" ? "guess"
    : form.dataset.form === "pin" ? `pin.${need("[name=sentence]", form).value}`
    : button?.dataset.action === "rename" ? need("[name=name]", form).id.replace(/^name-/, "name.")
    : null;
  return name && { name, to: form.getAttribute("action") };
}

function send() {
  clearTimeout(timer);
  timer = null;
  flush();
}

// Asks for something. Where cells run, everything typed comes along that is not acknowledged, so that
// nothing runs beside a field that says something else.
function ask(form, button) {
  const cell = cellOf(form);
  // Attributes, not properties: a field named "action" would hide the form's.
  const url = button?.getAttribute("formaction") || form.getAttribute("action");
  const runs = /\/run(-all|-stale)?$/.test(url);
  const own = new URLSearchParams(cell ? [] : new FormData(form, button));
  if (cell && button?.name) own.append(button.name, button.value);
  return inLine(async () => {
    const entries = runs ? draftsOf() : cell ? draftsOf(cell) : [];
    const body = bodyOf(entries, own);
    const review = url.endsWith("/classify/pin") && !body.has("review");
    if (review) {
      body.set("review", control("review").value);
      drafts.stamp(body, "review");
    }
    const answer = await post(url, body);
    await released();
    trouble("refused", later(answer) || answer.status >= 400 && answer.status !== 422 && !answer.json);
    const [first] = take(answer, entries);
    if (first) control(first)?.focus();
  });
}

export function start() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-form]")) return;
    event.preventDefault();
    const button = event.submitter;
    const written = writing(form, button);
    if (written) {
      drafts.write(written.name, String(new URLSearchParams(new FormData(form, button))), written.to);
      for (const box of form.querySelectorAll("input[id]")) drafts.box(box.id, null);
      send();
    } else {
      clearTimeout(timer);
      timer = null;
      ask(form, button);
    }
    form.closest("details:not([data-stays])")?.removeAttribute("open");
  });

  // Typing counts when it pauses; leaving a field, or choosing, counts at once.
  document.addEventListener("input", ({ target }) => {
    if (!target.form?.matches("[data-form]")) return;
    if (target.id !== `field-${target.name}`) {
      if (target.type === "text") drafts.box(target.id, target.value);
      return;
    }
    drafts.write(target.name, target.value);
    clearTimeout(timer);
    timer = setTimeout(send, QUIET);
  });
  document.addEventListener("change", () => timer !== null && send());
  addEventListener("pagehide", leave);
  addEventListener("online", flush);

  document.addEventListener("click", ({ target }) => {
    // An example fills the box; running it is the reader's decision.
    const example = target.closest?.("[data-example]");
    if (example) {
      const box = control("review");
      box.value = needData(example, "example");
      drafts.write("review", box.value);
      send();
    }
    const choice = target.closest?.("[data-newer] [data-back], [data-newer] [data-leave]");
    if (choice) settle(choice.closest("[data-newer]").dataset.newer, choice.matches("[data-back]"));
  });

  // Some browsers put back what was typed before a reload. The notebook may not have it; what it has not
  // is among the drafts.
  for (const form of document.querySelectorAll("form[data-form]")) form.reset();
  for (const [id, value] of drafts.boxes()) {
    const box = document.getElementById(id);
    if (!box) continue;
    box.value = value;
    box.closest("details")?.setAttribute("open", "");
  }
}
