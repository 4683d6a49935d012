import { need, needData } from "./dom.js";

// What was typed and is not acknowledged, by name: a field's, or that of something else that is written.
// It outlives a reload, for nothing typed is lost. With it stands when it was typed, on which page, and
// which edit that page showed, so that the server can tell which of two pages was later.

const drafts = new Map(); // name to {value, at, by, seen, to, late, refused}
const aside = new Map(); // what was typed here and overtaken by another page
const boxed = new Map(); // what stands in boxes that only a button sends, by their ids
const numbers = new Map(); // of the latest edits, as far as is known here
const me = [...crypto.getRandomValues(new Uint32Array(3))].map((n) => n.toString(36)).join("");
let place = "";

export function start() {
  const notebook = need("[data-notebook]");
  place = `unsent ${needData(notebook, "socket")}`;
  hearNumbers(JSON.parse(needData(notebook, "edits")) ?? {});
  try {
    const left = JSON.parse(sessionStorage.getItem(place) ?? "{}");
    for (const [name, draft] of left.drafts ?? []) drafts.set(name, draft);
    for (const [name, value] of left.aside ?? []) aside.set(name, value);
    for (const [id, value] of left.boxed ?? []) boxed.set(id, value);
  } catch {
    // Storage may be forbidden; then what is not acknowledged lasts as long as the page.
  }
}

function save() {
  try {
    if (drafts.size + aside.size + boxed.size === 0) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, JSON.stringify({ drafts: [...drafts].filter(([, d]) => lasting(d)), aside: [...aside], boxed: [...boxed] }));
  } catch {
    // As above, or there is no room.
  }
}

// A number that may not be is not put back after a reload; a text that was refused is.
const lasting = ({ refused, value }) => !refused || value.length > 20;

export const all = () => [...drafts];
export const get = (name) => drafts.get(name);
export const number = (name) => numbers.get(name) ?? 0;

export function hearNumbers(news) {
  for (const [name, seq] of Object.entries(news)) numbers.set(name, Math.max(seq, number(name)));
}

// Notes what was typed. `to` is where it goes, where that is no cell's field.
export function write(name, value, to) {
  const seen = drafts.get(name)?.seen ?? number(name);
  drafts.set(name, { value, at: Date.now(), by: me, seen, to });
  save();
}

// Notes that a draft was acknowledged, or given up, unless more was typed since.
export function drop(name, draft) {
  if (drafts.get(name) !== draft) return false;
  drafts.delete(name);
  save();
  return true;
}

export function mark(draft, flags) {
  Object.assign(draft, flags);
  save();
}

// Notes what stands in a box; null once it was sent.
export function box(id, value) {
  if (value === null) boxed.delete(id);
  else boxed.set(id, value);
  save();
}

export const boxes = () => [...boxed];

export function setAside(name, value) {
  aside.set(name, value);
  save();
}

export function takeBack(name) {
  const value = aside.get(name);
  aside.delete(name);
  save();
  return value;
}

export const setAsideAll = () => [...aside];

// Adds to what is sent whose edit it is.
export function stamp(body, name, draft = { at: Date.now(), by: me, seen: number(name) }) {
  body.set(`by.${name}`, draft.by);
  body.set(`seen.${name}`, draft.seen);
  body.set(`age.${name}`, Math.max(0, Date.now() - draft.at));
}
