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

// What the header's chip can say, the worst first: that the server is away, that it keeps nothing of a
// browser without cookies, that something typed is not kept yet, that what was pressed did not arrive.
const TROUBLES = ["lost", "cookies", "unsent", "refused"];
const troubles = new Set();

export function trouble(which, is) {
  if (is) troubles.add(which);
  else troubles.delete(which);
  const chip = need("[data-link]");
  const worst = TROUBLES.find((one) => troubles.has(one));
  const text = worst ? needData(chip, worst) : "";
  if (chip.textContent !== text) chip.textContent = text;
  chip.hidden = !worst;
}
