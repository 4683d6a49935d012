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

function make(kind) {
  const note = need(`#note-${kind}`).content.firstElementChild.cloneNode(true);
  return note;
}

const find = (kind, name) => document.querySelector(`.note-beside[data-${kind}="${CSS.escape(name)}"]`);

// Says that what was typed is not kept yet: why is "late", and it goes by itself, or "cookies", and it does not.
export function late(name, why) {
  const there = find("late", name);
  if (there?.dataset.why === why) return;
  there?.remove();
  const note = make(why);
  note.dataset.late = name;
  note.dataset.why = why;
  put(name, note);
}

// Says that another page was later, and offers what was typed here.
export function newer(name, mine) {
  find("newer", name)?.remove();
  const note = make("newer");
  note.dataset.newer = name;
  const shown = need("[data-mine]", note);
  shown.textContent = name !== "guess" && mine.length <= LONGEST ? `“${mine}”` : "";
  put(name, note);
}

export const gone = (name) => find("newer", name)?.remove();
