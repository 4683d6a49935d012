import { need } from "./dom.js";

// The keyboard: Shift+Enter runs the cell one is in, J and K walk, ? tells. Those without Shift or Ctrl can be
// turned off, for who speaks to the browser or hits keys unawares.

const PLACE = "single keys";

export function start() {
  const dialog = need("[data-keys]");
  const single = need("[data-keys-single]");
  let last = null; // the cell the reader was in last

  document.addEventListener("focusin", (event) => {
    last = event.target.closest?.("[data-cell]") ?? last;
  });
  try {
    single.checked = localStorage.getItem(PLACE) !== "off";
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  single.addEventListener("change", () => {
    try {
      if (single.checked) localStorage.removeItem(PLACE);
      else localStorage.setItem(PLACE, "off");
    } catch {
      // As above.
    }
  });
  need("[data-keys-open]").addEventListener("click", () => dialog.showModal());

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || dialog.open) return;
    if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) need("#run-all-button").click();
      else run(current());
      return;
    }
    if (!single.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    if (event.key === "?") dialog.showModal();
    else if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else return;
    event.preventDefault();
  });

  function current() {
    return document.activeElement?.closest("[data-cell]") ?? last ?? need("[data-cell]");
  }

  function run(cell) {
    const button = need("[data-action=run]", cell);
    if (!button.hidden) button.click();
  }

  function walk(by) {
    const cells = [...document.querySelectorAll("[data-cell]")];
    const here = document.activeElement?.closest("[data-cell]") ?? last;
    const at = here ? cells.indexOf(document.getElementById(here.id)) + by : by > 0 ? 0 : cells.length - 1;
    const next = cells[Math.min(Math.max(at, 0), cells.length - 1)];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
  }
}
