import { start as cells } from "./cells.js";
import { start as drafts } from "./drafts.js";
import { start as fields } from "./fields.js";
import { start as gates } from "./gates.js";
import { start as judge } from "./judge.js";
import { start as keys } from "./keys.js";
import { focusLens, start as lens } from "./lens.js";
import { lightWindow, placeSlides, start as live } from "./live.js";
import { start as link } from "./link.js";
import { start as offer } from "./offer.js";
import { start as press } from "./press.js";
import { start as sketch } from "./sketch.js";
import { start as tabs } from "./tabs.js";
import { start as theme } from "./theme.js";
import { start as wheel } from "./wheel.js";
import { start as wire } from "./wire.js";

// A page for an error has no notebook on it.
if (document.querySelector("[data-notebook]")) {
  theme();
  tabs();
  wire();
  press();
  drafts();
  cells();
  fields();
  judge();
  keys();
  wheel();
  sketch();
  lens();
  gates();
  live(() => {
    placeSlides();
    lightWindow();
    focusLens();
  });
  offer().finally(link);
}
