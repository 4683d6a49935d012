import { need, needData, trouble } from "./dom.js";
import { flush, hear } from "./fields.js";
import { swap } from "./swap.js";

// Listens to the server: elements to swap, attributes to set, sentences to say. Reconnects by itself
// and asks for what it has missed.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

export function start() {
  const notebook = need("[data-notebook]");
  const voice = need("[data-say]");
  let seq = needData(notebook, "seq");
  let wait = FIRST_WAIT;
  let socket = null;
  let timer = null;

  function connect() {
    clearTimeout(timer);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}${needData(notebook, "socket")}?after=${encodeURIComponent(seq)}&lang=${document.documentElement.lang}`);
    socket.onopen = () => {
      wait = FIRST_WAIT;
      trouble("lost", false);
      notebook.dataset.live = "true";
      flush(); // what was typed meanwhile
    };
    socket.onmessage = (event) => apply(JSON.parse(event.data));
    socket.onclose = () => {
      delete notebook.dataset.live;
      trouble("lost", true);
      // Spread out, so that a server that comes back is not met by everyone at once.
      timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
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
    if (message.seq !== undefined) {
      seq = String(message.seq);
      notebook.dataset.seq = seq;
    }
  }

  // A page that comes back from the browser's cache, or a laptop from its sleep, does not wait.
  addEventListener("pageshow", (event) => event.persisted && socket.readyState > 1 && connect());
  addEventListener("online", () => socket.readyState > 1 && connect());
  addEventListener("pagehide", () => {
    socket.onclose = null;
    socket.close();
  });
  connect();
}
