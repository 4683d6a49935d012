// While something is pressed, the page stays as it is: a browser gives no click where what was pressed is
// replaced, or moves away, before it is let go.

const LONGEST = 5_000; // ms that changes wait at most
const CLICK = 300; // ms after letting go in which the click may come: after a touch it comes by itself

const KEYS = "button, summary, input:is([type=checkbox], [type=radio])"; // what the space bar presses
const held = new Set(); // pointers by their ids, and the space bar
let jobs = []; // what waits, in order
let timer = null;

// Does a job at once or, while something is pressed, after that; jobs stay in order.
export function unpressed(job) {
  if (timer === null) attempt(job);
  else jobs.push(job);
}

export const released = () => new Promise(unpressed);

function press(what) {
  held.add(what);
  wait(LONGEST);
}

function release(what) {
  if (held.delete(what) && held.size === 0) wait(CLICK);
}

function wait(ms) {
  clearTimeout(timer);
  timer = setTimeout(done, ms);
}

function done() {
  clearTimeout(timer);
  timer = null;
  held.clear();
  const now = jobs;
  jobs = [];
  now.forEach(attempt);
}

function attempt(job) {
  try {
    job();
  } catch (slip) {
    reportError(slip);
  }
}

export function start() {
  const all = { capture: true, passive: true };
  addEventListener("pointerdown", ({ pointerId }) => press(pointerId), all);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, ({ pointerId }) => release(pointerId), all);
  // One that was let go where the page did not see it, as on a scrollbar.
  addEventListener("pointermove", ({ pointerId, pointerType, buttons }) => pointerType === "mouse" && buttons === 0 && release(pointerId), all);
  addEventListener("keydown", ({ key, target, repeat }) => key === " " && !repeat && target.matches?.(KEYS) && press(key), all);
  addEventListener("keyup", ({ key }) => release(key), all);
  addEventListener("click", () => timer !== null && held.size === 0 && wait(0), all); // after all who hear it
  addEventListener("blur", done);
}
