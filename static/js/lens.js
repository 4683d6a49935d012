import { need, needData } from "./dom.js";
import { already, number, oneWord } from "./live.js";

// The token lens: which words num_words leaves, what a wrong offset makes of them, and what is known
// of the word under the pointer. Words and numbers are the server's; here they are only compared.

const offset = () => Number(need("[data-offset]:checked").value);

// Shows every word as the network gets it with the field's present value.
export function focusLens() {
  const box = document.querySelector("[data-lens]");
  if (!box) return;
  const words = number("num_words");
  const from = offset();
  const right = from === document.querySelectorAll("[data-offset]").length - 1;
  if (already(box, `${words} ${from}`)) return;
  const unknown = needData(box, "oov").split(" ");
  box.classList.toggle("misread", !right);
  for (const word of box.querySelectorAll("[data-least]")) {
    if (words !== null) word.parentElement.classList.toggle("oov", Number(word.dataset.least) > words);
    const gone = word.parentElement.classList.contains("oov");
    word.firstElementChild.textContent = gone && !right ? unknown[from] : word.dataset.words.split(" ")[from];
    word.lastElementChild.textContent = read(box, word);
  }
  const at = box.querySelector(".at");
  if (at) show(at);
  else need("[data-card-read]").textContent = read(box, need("[data-least]:not([data-least='0'])", box));
}

function read(box, word) {
  return word.parentElement.classList.contains("oov") ? box.dataset.oovId : word.dataset.full;
}

function show(word) {
  const box = word.closest("[data-lens]");
  box.querySelector(".at")?.classList.remove("at");
  word.classList.add("at");
  need("[data-card-word]").textContent = word.dataset.words.split(" ").at(-1);
  need("[data-card-rank]").textContent = word.dataset.rank;
  need("[data-card-id]").textContent = word.dataset.full;
  need("[data-card-read]").textContent = read(box, word);
}

export function start() {
  for (const event of ["pointerover", "focusin", "click"]) {
    document.addEventListener(event, ({ target }) => {
      const word = target.closest?.("[data-least]");
      if (word) show(word);
    });
  }
  document.addEventListener("keydown", (event) => {
    const word = event.target.closest?.("[data-least]");
    const by = { ArrowRight: oneWord(1), ArrowLeft: oneWord(-1), ArrowDown: line(1), ArrowUp: line(-1) }[event.key];
    if (!word || !by) return;
    event.preventDefault();
    const all = [...word.closest("ol").querySelectorAll("[data-least]")];
    const next = by(all, word);
    if (!next) return;
    word.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}

// The nearest word of the line above or below.
function line(by) {
  return (all, word) => {
    const here = word.getBoundingClientRect();
    const lines = all.filter((w) => (w.getBoundingClientRect().top - here.top) * by > 4);
    const top = Math.min(...lines.map((w) => w.getBoundingClientRect().top * by)) * by;
    const apart = (w) => Math.abs(w.getBoundingClientRect().left - here.left);
    return lines.filter((w) => Math.abs(w.getBoundingClientRect().top - top) < 4).sort((a, b) => apart(a) - apart(b))[0];
  };
}
