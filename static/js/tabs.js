import { need, needData } from "./dom.js";

// Keras or here: one of two panels a cell. Which one is kept on the element, so that CSS shows it and
// a swap carries it over.

export function start() {
  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.("[data-tab]");
    if (tab) show(tab.closest("[data-tabs]"), needData(tab, "tab"));
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[data-tab]");
    if (!tab || !["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const box = tab.closest("[data-tabs]");
    const all = [...box.querySelectorAll("[data-tab]")];
    const at = { ArrowLeft: all.indexOf(tab) - 1, ArrowRight: all.indexOf(tab) + 1, Home: 0, End: -1 }[event.key];
    const next = all.at(at % all.length);
    show(box, needData(next, "tab"));
    next.focus();
  });
}

export function show(box, which) {
  box.dataset.shown = which;
  for (const tab of box.querySelectorAll("[data-tab]")) {
    const chosen = tab.dataset.tab === which;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
  need(`[data-panel="${which}"]`, box);
}
