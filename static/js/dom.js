// The hooks that scripts hang on. A missing one is a mistake of ours and is not passed over.

export function need(selector, from = document) {
  const found = from.querySelector(selector);
  if (!found) throw new Error(`no ${selector} on this page`);
  return found;
}

export function needData(element, name) {
  const value = element.dataset[name];
  if (value === undefined) throw new Error(`no data-${name} on #${element.id || element.tagName}`);
  return value;
}

// The chip that says that the server cannot be reached: which is "lost", "refused" or null.
export function link(which) {
  const chip = need("[data-link]");
  chip.hidden = which === null;
  chip.textContent = which === null ? "" : needData(chip, which);
}
