import { need, needData } from "./dom.js";

// Posts to the server, with the token that shows that it was this page. A token that has run out is
// renewed and the post repeated, and while the page lives it does not run out.

const PATIENCE = 15_000; // ms for an answer
const RENEW = 6 * 3600_000; // ms
let token = null;

export function start() {
  token = needData(need("[data-notebook]"), "csrf");
  setInterval(renew, RENEW);
}

async function renew() {
  try {
    const answer = await fetch(needData(need("[data-notebook]"), "token"), { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) token = await answer.text();
  } catch {
    // Away; the next post will ask again.
  }
}

// Gives the answer's status, 0 if none came, its text, what of the fields the notebook now has, and whether
// it was refused for want of a cookie.
export async function post(url, body) {
  let answer = await once(url, body);
  if (answer.status === 403) {
    await renew();
    answer = await once(url, body);
  }
  return answer;
}

async function once(url, body) {
  try {
    const answer = await fetch(url, options(body, { signal: AbortSignal.timeout(PATIENCE) }));
    const kept = new URLSearchParams(answer.headers.get("X-Cuaderno-Kept") ?? "");
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    const cookies = answer.headers.get("X-Cuaderno-Refused") === "cookies";
    return { status: answer.status, text: await answer.text(), kept, json, cookies };
  } catch {
    return { status: 0, text: "", kept: new URLSearchParams() };
  }
}

// Posts from a page that is going away and hears no answer.
export function part(url, body) {
  fetch(url, options(body, { keepalive: true })).catch(() => {}); // it is tried again should the page come back
}

function options(body, more) {
  return { method: "POST", body, headers: { "X-Cuaderno": "1", "X-CSRF-Token": token, "Accept-Language": document.documentElement.lang }, credentials: "same-origin", ...more };
}

// Tells whether the server may take the same thing another time: it was not there, or had no room for it.
export const later = ({ status }) => status === 0 || status === 403 || status === 429 || status >= 500;
