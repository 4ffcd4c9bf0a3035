// Keys for lists: j and k move, x chooses, and data-key="a" on a button or link gives it that key. Silent while somebody types or is asked,
// where they are switched off, and on a page without that switch while the focus is elsewhere.
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
const FOCUSABLE = "a[href], button, input";
const KEPT = "keys";
const SWITCH = "[data-keys-switch]";

function areOn() {
  try { return localStorage.getItem(KEPT) !== "off"; } catch { return true; }
}

// Whoever speaks to a browser, or whose hand shakes, presses letters without meaning to.
function bindSwitch(label) {
  const box = label.querySelector("input");
  label.hidden = false;
  box.checked = areOn();
  box.addEventListener("change", () => {
    try { localStorage.setItem(KEPT, box.checked ? "on" : "off"); } catch { /* a browser that keeps nothing */ }
  });
}

export function bind(place) {
  if (place.matches(SWITCH)) return bindSwitch(place);
  // An item is a link or button, or what holds one: only those can be focused.
  const items = () => [...place.querySelectorAll("[data-keys-item]")].map((each) => (each.matches(FOCUSABLE) ? each : each.querySelector(FOCUSABLE)));
  const move = (step) => {
    const all = items();
    const focused = all.indexOf(document.activeElement);
    const at = focused < 0 ? all.findIndex((each) => each.getAttribute("aria-current") === "true") : focused;
    all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
    return all.length > 0;
  };
  document.addEventListener("keydown", (event) => {
    // Another place of the page may have heard it already.
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
    if (!areOn() || !(document.querySelector(SWITCH) || place.contains(document.activeElement))) return;
    if (event.key === "x") {
      const box = document.activeElement?.closest("[data-keys-row]")?.querySelector("[type=checkbox]");
      if (box && place.contains(box)) return event.preventDefault(), box.click();
    }
    const step = { j: 1, k: -1 }[event.key];
    if (step && move(step)) return event.preventDefault();
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    // What a key decides is the item that is open: another one, to which j and k have led, is opened first.
    const focused = items().find((each) => each === document.activeElement);
    const isOpen = !focused || focused.getAttribute("aria-current") === "true" || !place.querySelector("[aria-current=true]");
    if (target.type === "submit" && !isOpen) return focused.click();
    if (target.matches("input, select, textarea")) target.focus();
    else target.click();
  });
}
