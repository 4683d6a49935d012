import { gone, late, newer } from "./beside.js";
import { need, trouble } from "./dom.js";
import * as drafts from "./drafts.js";
import { released } from "./press.js";
import { replace } from "./swap.js";
import { later, part, post } from "./wire.js";

// Brings what is typed to the server, and what the server has into the fields. What is typed stays where
// it is, and is sent again, until the server has said that it has it.

const AGAIN = 2_000; // ms before what did not arrive is sent again
const AGAIN_AT_MOST = 30_000;

const told = new Map(); // what the notebook has, by field: {value, seq}
let line = Promise.resolve(); // what is done first also arrives first
let wait = AGAIN;
let timer = null;
let before = null; // the notice that stood there before the server wanted a cookie

export const control = (name) => document.getElementById(`field-${name}`);

// The cell whose own form this is; null for any other form.
export function cellOf(form) {
  const cell = form?.closest("[data-cell]")?.dataset.cell;
  return cell && form.dataset.form === cell ? cell : null;
}

export function inLine(job) {
  line = line.then(job).catch(reportError);
  return line;
}

// The drafts of fields, or those of one cell.
export const draftsOf = (cell) => drafts.all().filter(([name]) => control(name) && (!cell || cellOf(control(name).form) === cell));

export function bodyOf(entries, body = new URLSearchParams()) {
  for (const [name, draft] of entries) {
    body.append(name, draft.value);
    drafts.stamp(body, name, draft);
  }
  return body;
}

// Everything that is waiting, as posts: a cell's fields together, anything else by itself.
function waiting() {
  const posts = [];
  for (const form of document.querySelectorAll("form[data-form]")) {
    const cell = cellOf(form);
    const entries = cell ? draftsOf(cell).filter(([, draft]) => !draft.refused) : [];
    // The cell's form leads to its "run"; its fields are next door.
    if (entries.length) posts.push({ url: form.getAttribute("action").replace(/run$/, "fields"), body: () => bodyOf(entries), entries });
  }
  for (const [name, draft] of drafts.all()) {
    if (draft.to) posts.push({ url: draft.to, body: () => written(name, draft), entries: [[name, draft]] });
  }
  return posts;
}

function written(name, draft) {
  const body = new URLSearchParams(draft.value);
  drafts.stamp(body, name, draft);
  return body;
}

export function flush() {
  return inLine(async () => {
    for (const { url, body, entries } of waiting()) {
      const answer = await post(url, body());
      await released();
      const wrong = take(answer, entries);
      if (later(answer)) return;
      for (const [name, draft] of entries) {
        if (drafts.get(name) !== draft || wrong.length > 0) continue;
        drafts.mark(draft, { refused: true }); // nobody says why
        trouble("refused", true);
      }
    }
  });
}

// A page that goes away sends what it has; what does not arrive is in the page that comes back.
export function leave() {
  for (const { url, body } of waiting()) part(url, body());
}

// Takes an answer in, to a post with these drafts; gives the names of fields that are to be looked at.
export function take(answer, entries) {
  drafts.hearNumbers(Object.fromEntries([...answer.kept].map(([name, seq]) => [name, Number(seq)])));
  barred(answer);
  if (later(answer)) {
    // Nor would the rest have arrived.
    for (const { entries } of waiting()) for (const [, draft] of entries) drafts.mark(draft, { late: true });
    again();
    show();
    return [];
  }
  wait = AGAIN;
  if (answer.status < 300) trouble("refused", false);
  for (const [name, draft] of entries) {
    const kept = draft.to ? answer.status < 300 : answer.kept.has(name);
    if (kept && drafts.drop(name, draft)) settled(name, draft);
  }
  let look = [];
  if (answer.status === 422) look = refused(answer.text, entries);
  if (answer.status === 409 && answer.json) look = overtaken(JSON.parse(answer.text), entries);
  for (const [name, draft] of entries) {
    if (!draft.to || !drafts.drop(name, draft)) continue;
    trouble("refused", true); // it may not be, and stands in its box again
    document.dispatchEvent(new CustomEvent("refused", { detail: { name, value: draft.value } }));
  }
  // What came along and was passed over goes by itself; so does what was typed meanwhile.
  if (waiting().length) flush();
  show();
  return look;
}

// Shows why, where the server takes nothing from a browser without cookies, and no longer once it does.
function barred({ status, cookies, text }) {
  if (!cookies && (status === 0 || before === null)) return;
  if (cookies) before ??= need("#notice").outerHTML;
  replace("notice", cookies ? text : before);
  if (!cookies) before = null;
  trouble("cookies", cookies);
}

function again() {
  clearTimeout(timer);
  timer = setTimeout(flush, wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, AGAIN_AT_MOST);
}

// Shows what is not kept yet. What is on its way for the first time is passed over in silence.
function show() {
  let any = false;
  for (const note of document.querySelectorAll(".note-beside[data-late]")) {
    if (!drafts.get(note.dataset.late)?.late) note.remove();
  }
  for (const [name, draft] of drafts.all()) {
    if (!draft.late) continue;
    any = true;
    late(name, before === null ? "late" : "cookies");
  }
  trouble("unsent", any);
}

// The notebook has a field as it was typed: no sentence beside it holds any longer, and what was heard
// meanwhile counts again.
function settled(name, draft) {
  const field = control(name);
  if (!field) {
    document.dispatchEvent(new CustomEvent("written", { detail: { name, value: draft.value } }));
    return;
  }
  if (field.getAttribute("aria-invalid")) {
    field.removeAttribute("aria-invalid");
    const box = field.closest("[data-field]");
    box.classList.remove("wrong");
    for (const error of box.querySelectorAll("[data-error]")) error.remove();
  }
  const heard = told.get(name);
  if (heard && heard.seq >= drafts.number(name)) fill(field, heard.value);
}

// The forms come back with a sentence beside each field that may not be so.
function refused(html, entries) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const forms = [...template.content.querySelectorAll("form[data-form]")];
  const names = [...template.content.querySelectorAll("[aria-invalid]")].map((field) => field.name);
  for (const form of forms) replace(form.id, form.outerHTML);
  // The server's forms have the notebook's values where nothing is wrong.
  for (const [name, draft] of draftsOf()) fill(control(name), draft.value);
  for (const [name, draft] of entries) {
    if (names.includes(name)) drafts.mark(draft, { refused: true, late: false });
  }
  for (const [name, value] of drafts.setAsideAll()) newer(name, shown(name, value));
  return names;
}

// Another page has typed later, and that stays; what was typed here is offered beside it.
function overtaken(news, entries) {
  const names = Object.keys(news.edits ?? {});
  for (const [name, draft] of entries) {
    // What was typed meanwhile is later still, and goes by itself.
    if (!names.includes(name) || !drafts.drop(name, draft)) continue;
    drafts.setAside(name, draft.value);
    newer(name, shown(name, draft.value));
  }
  hear(news.fields ?? {}, news.edits ?? {});
  return names;
}

const shown = (name, value) => (name.startsWith("name.") ? new URLSearchParams(value).get("name") : value);

// Hears what the notebook has: another page, or a button, has changed it. What the reader has typed here
// stays until it is clear which was later.
export function hear(values, numbers) {
  for (const [name, value] of Object.entries(values)) {
    const seq = numbers[name] ?? drafts.number(name);
    if (seq < drafts.number(name)) continue; // an answer was quicker
    told.set(name, { value, seq });
    if (!drafts.get(name)) fill(need(`#field-${name}`), value);
  }
  drafts.hearNumbers(numbers);
}

function fill(field, value) {
  if (field.value === value) return;
  const { selectionStart: from, selectionEnd: to } = field;
  field.value = value;
  if (field === document.activeElement && typeof from === "number" && field.type !== "number") field.setSelectionRange(from, to);
}

// Puts back what another page had overtaken, or lets it go.
export function settle(name, back) {
  const value = drafts.takeBack(name);
  gone(name);
  if (!back || value === undefined) return;
  const field = control(name);
  if (field) {
    fill(field, value);
    drafts.write(name, value);
    field.focus();
  } else {
    drafts.write(name, value, destination(name));
  }
  flush();
}

// Where what is no field is written to.
function destination(name) {
  if (name === "guess") return need("#guess-form").getAttribute("action");
  return need(`#name-${CSS.escape(name.replace(/^name\./, ""))}`).form.getAttribute("action");
}

export function start() {
  for (const [name, draft] of draftsOf()) fill(control(name), draft.value);
  for (const [name, value] of drafts.setAsideAll()) newer(name, shown(name, value));
  if (drafts.all().length) flush();
  show();
}
