import { need, needData } from "./dom.js";

// As the system, light, dark: the button goes round. boot.js applies the choice before the first paint.

const ROUND = ["auto", "light", "dark"];

export function start() {
  const root = document.documentElement;
  const button = need("[data-theme-switch]");

  function say() {
    const now = root.dataset.theme ?? "auto";
    const text = `${needData(button, "label")}: ${needData(button, now)}`;
    button.setAttribute("aria-label", text);
    button.title = text;
  }

  button.addEventListener("click", () => {
    const next = ROUND[(ROUND.indexOf(root.dataset.theme ?? "auto") + 1) % ROUND.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      if (next === "auto") localStorage.removeItem("theme");
      else localStorage.setItem("theme", next);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    say();
  });
  say();
}
