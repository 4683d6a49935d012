import { need, needData, trouble } from "./dom.js";
import { flush, hear } from "./fields.js";
import { ask, pause } from "./poll.js";
import { released, unpressed } from "./press.js";
import { open } from "./socket.js";
import { replace, swap } from "./swap.js";

// Listens to the server: elements to swap, attributes to set, sentences to say. A websocket brings them;
// where none comes through, the page asks. It reconnects by itself and gets what it has missed.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
const STEADY = 5_000; // ms: a socket that is closed earlier counts as one that did not come through
const AGAIN = 30_000; // ms until a page that asks tries a socket again, at first
const AGAIN_AT_MOST = 600_000;

export function start() {
  const notebook = need("[data-notebook]");
  const voice = need("[data-say]");
  let seq = needData(notebook, "seq");
  let turn = 0; // goes up with every beginning: what belongs to an earlier one is over
  let hangUp = () => {};
  let wait = FIRST_WAIT;
  let again = AGAIN;
  let timer = null;
  let notice = null; // what stood in the place of what the server refused

  function connect() {
    const mine = begin();
    hangUp = open(seq, {
      opened: () => live("socket"),
      heard: (message) => unpressed(() => apply(message)),
      closed(after) {
        if (mine !== turn) return;
        if (after < STEADY) poll();
        else away();
      },
    });
  }

  // Asks until there is no answer, or until it is time to try a socket again.
  async function poll() {
    const mine = begin();
    const until = Date.now() + again;
    again = Math.min(2 * again, AGAIN_AT_MOST);
    while (Date.now() < until) {
      const asked = Date.now();
      const { ok, messages } = await ask(seq, notebook.dataset.live);
      if (mine !== turn) return;
      if (!ok) {
        away(messages);
        return;
      }
      live("poll");
      for (const message of messages) unpressed(() => apply(message));
      await released(); // and with it what comes now is known to be seen
      await new Promise((resolve) => setTimeout(resolve, pause(asked)));
      if (mine !== turn) return;
    }
    connect();
  }

  // Ends what there was.
  function begin() {
    clearTimeout(timer);
    hangUp();
    hangUp = () => {};
    return ++turn;
  }

  function live(by) {
    unpressed(() => {
      if (notice !== null) replace("notice", notice);
      notice = null;
    });
    wait = FIRST_WAIT;
    trouble("lost", false);
    if (notebook.dataset.live && notebook.dataset.by === by) return;
    notebook.dataset.live = "true";
    notebook.dataset.by = by;
    flush(); // what was typed meanwhile
  }

  // Says that the server is away, and why, if it says so itself.
  function away(why = []) {
    begin();
    delete notebook.dataset.live;
    trouble("lost", true);
    unpressed(() => {
      if (why.length) notice ??= need("#notice").outerHTML;
      why.forEach(apply);
    });
    // Spread out, so that a server that comes back is not met by everyone at once.
    timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function apply(message) {
    if (message.swap) swap(message.swap);
    for (const { id, set } of message.attrs ?? []) {
      const element = document.getElementById(id);
      if (!element) throw new Error(`no #${id} to set attributes on`);
      for (const [name, value] of Object.entries(set)) element.setAttribute(name, value);
    }
    if (message.fields || message.edits) hear(message.fields ?? {}, message.edits ?? {});
    document.dispatchEvent(new Event("told"));
    if (message.say) voice.textContent = message.say;
    if (message.seq) {
      seq = String(message.seq);
      notebook.dataset.seq = seq;
    }
  }

  // A page that comes back from the browser's cache, or a laptop from its sleep, does not wait.
  const back = () => {
    again = AGAIN;
    connect();
  };
  addEventListener("pageshow", (event) => event.persisted && back());
  addEventListener("online", () => (notebook.dataset.live && notebook.dataset.by === "socket") || back());
  addEventListener("pagehide", begin);
  connect();
}
