import { need } from "./dom.js";
import { oneWord } from "./live.js";

// The reader's own review: arrows go from word to word, and the slider judges by another epoch as
// soon as it rests.

const words = (word) => [...word.closest("ol").querySelectorAll("[data-word]")];

export function start() {
  document.addEventListener("keydown", (event) => {
    const word = event.target.closest?.("[data-word]");
    const by = { ArrowRight: oneWord(1), ArrowLeft: oneWord(-1) }[event.key];
    if (!word || !by) return;
    event.preventDefault();
    by(words(word), word)?.focus();
  });
  // While an answer is under way its controls wait.
  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".tape-form [aria-disabled], .machine [aria-disabled]")) event.preventDefault();
  });
  // The tab key comes to one word and goes on behind the last.
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("[data-word]")) for (const word of words(target)) word.tabIndex = word === target ? 0 : -1;
  });
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-moments]")) need("[data-moment-shown]").textContent = target.value;
  });
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-moments]")) target.form.requestSubmit();
  });
}
