// Runs before the first paint: the reader's theme, and the mark that scripts work.
{
  const root = document.documentElement;
  root.classList.add("js");
  let theme = null;
  try {
    theme = localStorage.getItem("theme");
  } catch {
    // Storage may be forbidden; the system's theme then holds.
  }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
}
