// A wheel over the field that has the focus scrolls the page, as anywhere else, and leaves the number alone:
// browsers count it up or down only while the field has the focus, which it gets back at once.

export function start() {
  document.addEventListener(
    "wheel",
    ({ target }) => {
      if (target !== document.activeElement || !target.matches("input:is([type=number], [type=range])")) return;
      target.blur();
      requestAnimationFrame(() => {
        if (document.activeElement === document.body && target.isConnected) target.focus({ preventScroll: true });
      });
    },
    { capture: true, passive: true },
  );
}
