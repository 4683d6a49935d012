import { trouble } from "./dom.js";
import { hear } from "./fields.js";
import { later, post } from "./wire.js";

// Takes over the settings that the page's address brings, once the page is shown: browsers may have it
// ready before anybody opens it. They are taken out of the address, lest a reload bring them back.

export async function start() {
  if (document.prerendering) await new Promise((resolve) => document.addEventListener("prerenderingchange", resolve, { once: true }));
  const form = document.querySelector("[data-offer]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    take(form);
  });
  if (form) await take(form);
  else bare();
}

async function take(form) {
  const answer = await post(form.getAttribute("action"), new URLSearchParams(new FormData(form)));
  trouble("refused", later(answer));
  if (answer.status !== 200) {
    form.classList.add("shown");
    return;
  }
  const { fields, edits } = JSON.parse(answer.text);
  hear(fields ?? {}, edits ?? {});
  form.remove();
  bare();
}

function bare() {
  const lang = new URLSearchParams(location.search).get("lang");
  const query = lang === null ? "" : `?lang=${encodeURIComponent(lang)}`;
  if (location.search !== query) history.replaceState(history.state, "", location.pathname + query + location.hash);
}
