import { need, needData } from "./dom.js";

// A websocket to the server.

const PATIENCE = 5_000; // ms until it is open: some proxies neither pass it on nor refuse it

// `after` is the number of the last message that the page has seen. Gives what closes the socket without
// another word.
export function open(after, { opened, heard, closed }) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const path = needData(need("[data-notebook]"), "socket");
  const socket = new WebSocket(`${scheme}//${location.host}${path}?after=${encodeURIComponent(after)}&lang=${document.documentElement.lang}`);
  let since = null;
  const patience = setTimeout(() => socket.close(), PATIENCE);
  socket.onopen = () => {
    clearTimeout(patience);
    since = Date.now();
    opened();
  };
  socket.onmessage = (event) => heard(JSON.parse(event.data));
  socket.onclose = () => {
    clearTimeout(patience);
    closed(since === null ? 0 : Date.now() - since);
  };
  return () => {
    clearTimeout(patience);
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  };
}
