import { need, needData } from "./dom.js";
import { post } from "./wire.js";

// Asks the server for news over plain HTTP, where no websocket comes through: the same messages, as a
// list. If it is to wait, the server answers as soon as there is one; a page that nobody looks at does not
// let it, as a browser has few connections for all of its pages.

const OFTEN = 250; // ms from one question to the next
const SELDOM = 3_000; // of a page that nobody looks at

// Tells whether the server has answered, and what it said.
export async function ask(after, wait) {
  const hold = document.hidden || !wait ? "&hold=0" : "";
  const path = needData(need("[data-notebook]"), "poll");
  const answer = await post(`${path}?after=${encodeURIComponent(after)}&lang=${document.documentElement.lang}${hold}`, "");
  return { ok: answer.status === 200, messages: answer.json ? JSON.parse(answer.text) : [] };
}

export const pause = (asked) => Math.max(0, (document.hidden ? SELDOM : OFTEN) - (Date.now() - asked));
