import { need } from "./dom.js";

// What stands beside a field while what was typed into it is not kept, or after another page was later.
// Beside what the server draws anew it stands outside of that.

const places = [
  [/^guess$/, () => need("#guess-fit")],
  [/^name\./, () => need("#output-compare")],
  [/^pin\./, () => need("#pin-form")],
];
const LONGEST = 60; // of what is shown again in full

function put(name, note) {
  const drawn = places.find(([which]) => which.test(name))?.[1]();
  if (drawn) drawn.after(note);
  else need(`[data-field="${name}"]`).append(note);
}

function make(kind, name) {
  const note = need(`#note-${kind}`).content.firstElementChild.cloneNode(true);
  note.dataset[kind] = name;
  return note;
}

const find = (kind, name) => document.querySelector(`.note-beside[data-${kind}="${CSS.escape(name)}"]`);

// Says that what was typed is not kept yet, or no longer does.
export function late(name, is) {
  const there = find("late", name);
  if (is && !there) put(name, make("late", name));
  if (!is) there?.remove();
}

// Says that another page was later, and offers what was typed here.
export function newer(name, mine) {
  find("newer", name)?.remove();
  const note = make("newer", name);
  const shown = need("[data-mine]", note);
  shown.textContent = name !== "guess" && mine.length <= LONGEST ? `“${mine}”` : "";
  put(name, note);
}

export const gone = (name) => find("newer", name)?.remove();
