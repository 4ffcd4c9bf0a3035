// Turns the keys of the office off for this browser: whoever speaks to it, or whose hand shakes, presses letters without meaning to.
import { areOn, turn } from "./keys.js";

export function bind(label) {
  const box = label.querySelector("input");
  label.hidden = false;
  box.checked = areOn();
  box.addEventListener("change", () => turn(box.checked));
}
