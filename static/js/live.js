import { need, needData } from "./dom.js";

// What follows a field while it moves, before the server has heard of it. The server has written
// beside everything the number at which it changes; here the two are only compared.

export const oneWord = (by) => (all, word) => all[all.indexOf(word) + by];

const control = (name) => need(`#field-${name}`);

// What a field may hold. One with something else in it is a field for text and says so in its data.
const bounds = (field) => [Number(field.min || field.dataset.low), Number(field.max || field.dataset.high)];

// The field's number; null while it holds none that is allowed.
export function number(name) {
  const field = control(name);
  const [low, high] = bounds(field);
  const value = Number(field.value);
  return field.value !== "" && Number.isInteger(value) && value >= low && value <= high ? value : null;
}

// Tells whether a box shows this state already. One that the server has just drawn does not say.
export function already(box, state) {
  if (box.dataset.shows === state) return true;
  box.dataset.shows = state;
  return false;
}

// Lights the words of a review that survive.
export function lightWindow() {
  const box = document.querySelector("[data-window]");
  const maxlen = number("maxlen");
  if (!box || maxlen === null) return;
  const side = control("truncating").value; // pre or post: each word bears a number for either
  if (already(box, `${maxlen} ${side}`)) return;
  for (const word of box.querySelectorAll("[data-pre]")) {
    const kept = Number(needData(word, side)) <= maxlen;
    word.classList.toggle("kept", kept);
    word.classList.toggle("cut", !kept);
  }
}

// Sliders that move a field elsewhere: even steps of proportion, as vocabularies and lengths want.
export function placeSlides() {
  for (const slide of document.querySelectorAll("[data-mirror]")) {
    const field = control(slide.dataset.mirror);
    const value = number(field.name);
    if (value === null) continue;
    const [low, high] = bounds(field);
    const at = (Math.log(value / low) / Math.log(high / low)) * 100;
    if (document.activeElement !== slide) slide.value = at;
    say(slide, value);
  }
}

const format = new Intl.NumberFormat(document.documentElement.lang, { useGrouping: "always" });

function say(slide, value) {
  const text = format.format(value);
  if (slide.getAttribute("aria-valuetext") === text) return;
  slide.setAttribute("aria-valuetext", text);
  need(`[data-mirrored="${slide.dataset.mirror}"]`).textContent = text;
}

// Two figures are as fine as a slider is.
function chosen(slide, field) {
  const [low, high] = bounds(field);
  const exact = low * (high / low) ** (slide.value / 100);
  return Math.min(Math.max(Math.round(Number(exact.toPrecision(2))), low), high);
}

export function start(refresh) {
  // Taken before the page's own listeners: a slider and an offset are no fields, and are not sent.
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const own = event.target.closest?.("[data-dials]");
      const slide = event.target.closest?.("[data-mirror]");
      if (own) event.stopPropagation();
      if (slide) {
        const field = control(slide.dataset.mirror);
        field.value = chosen(slide, field);
        field.dispatchEvent(new Event(kind, { bubbles: true }));
      }
      refresh();
    }, true);
  }
  document.addEventListener("told", refresh);
  refresh();
}
