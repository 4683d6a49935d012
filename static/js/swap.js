import { show } from "./tabs.js";

// Replaces elements by what the server rendered, and leaves to the reader what is the reader's:
// focus and what is typed, open details, chosen tabs, scrolled boxes, the place on the page.

export function swap(changes) {
  const anchor = readingPlace(changes);
  for (const { id, html } of changes) replace(id, html);
  const moved = anchor ? anchor.top() - anchor.was : 0;
  if (moved) window.scrollBy({ top: moved, behavior: "instant" });
}

export function replace(id, html) {
  const old = document.getElementById(id);
  if (!old) throw new Error(`no #${id} to replace`);
  const template = document.createElement("template");
  template.innerHTML = html;
  const next = template.content.firstElementChild;
  if (!next || next.id !== id) throw new Error(`the new #${id} is not one`);

  const focus = focusIn(old);
  keep(old, next);
  const scrolled = scrolls(old);
  old.replaceWith(next);
  for (const [key, place] of scrolled) {
    const box = next.querySelector(`[data-scroll="${key}"]`);
    if (box) box.scrollTo({ top: place.end ? box.scrollHeight : place.top, left: place.left, behavior: "instant" });
  }
  if (focus) restore(next, focus);
}

function keep(old, next) {
  if (old.dataset.shown) show(next, old.dataset.shown);
  for (const was of old.querySelectorAll("details[data-key]")) {
    const now = next.querySelector(`details[data-key="${was.dataset.key}"]`);
    if (now) now.open = was.open;
  }
  for (const was of old.querySelectorAll("input[id]:is([type=text], [type=number])")) {
    const now = was.value !== was.defaultValue && was.validity.valid && next.querySelector(`#${CSS.escape(was.id)}`);
    if (now) now.value = was.value;
  }
}

function scrolls(old) {
  const places = [];
  for (const box of old.querySelectorAll("[data-scroll]")) {
    const { scrollTop: top, scrollLeft: left, scrollHeight, clientHeight } = box;
    const overflows = scrollHeight > clientHeight + 1;
    if (top || left) places.push([box.dataset.scroll, { top, left, end: overflows && top + clientHeight > scrollHeight - 4 }]);
  }
  return places;
}

function focusIn(old) {
  const active = document.activeElement;
  if (!active || !old.contains(active)) return null;
  const focus = { id: active.id, scroll: active.dataset.scroll };
  if (active.matches("input, textarea, select")) {
    focus.value = active.value;
    try {
      focus.selection = [active.selectionStart, active.selectionEnd];
    } catch {
      // Fields for numbers have no selection.
    }
  }
  return focus;
}

function restore(next, { id, scroll, value, selection }) {
  let target = id ? document.getElementById(id) : scroll ? next.querySelector(`[data-scroll="${scroll}"]`) : null;
  // Run becomes Stop and Stop becomes Run: the one that is there takes over.
  if (target?.hidden) target = next.querySelector("button:not([hidden])");
  if (!target) target = next.closest("[data-cell]");
  if (!target) return;
  target.focus({ preventScroll: true });
  if (value !== undefined && target.value !== value) target.value = value;
  if (selection && selection[0] !== null && selection[0] !== undefined) target.setSelectionRange(...selection);
}

// What must not move under the reader while what is above it changes its height: the field they are
// at, or else the cell that is being read, the one a third of the way down the window. Where nothing
// above it changes there is nothing to measure, which would make the browser lay out the page at once.
function readingPlace(changes) {
  if (window.scrollY < 8) return null;
  const moves = (place) =>
    changes.some(({ id }) => {
      const changed = document.getElementById(id);
      return changed?.closest("[data-notebook]") && place.compareDocumentPosition(changed) & Node.DOCUMENT_POSITION_PRECEDING;
    });
  const at = (place, { top }) => ({ was: top, top: () => (place.isConnected ? place.getBoundingClientRect().top : top) });
  const field = document.activeElement;
  if (field?.matches("form input, form select, form textarea") && moves(field)) {
    const box = field.getBoundingClientRect();
    if (box.bottom > 0 && box.top < window.innerHeight) return at(field, box);
  }
  const line = window.innerHeight / 3;
  for (const cell of document.querySelectorAll("[data-cell]")) {
    const box = cell.getBoundingClientRect();
    if (box.bottom > line) return moves(cell) ? at(cell, box) : null;
  }
  return null;
}
