// Keys for lists: j and k move, x chooses, and data-key="a" on a button or link gives it that key; data-row-key gives it in its row alone.
// data-leads marks what cannot be taken back: the key leads there, and Enter presses it. Silent while somebody types or is asked, where keys
// are switched off, and on a page without that switch while the focus is elsewhere.
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
const FOCUSABLE = "a[href], button, input";
const FIELD = "input:not([type=hidden]), select, textarea";
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

// What is chosen comes first, then the row in which somebody is, then the page.
function targetOf(key, row) {
  const named = CSS.escape(key);
  return document.querySelector(`[data-bulk]:not([hidden]) [data-key="${named}"]`) ?? row?.querySelector(`[data-row-key="${named}"]`) ?? document.querySelector(`[data-key="${named}"]`);
}

function press(target, row) {
  const bar = target.closest("[data-bulk]");
  // Where nothing is chosen, the row is.
  if (bar?.hidden) row?.querySelector("[type=checkbox]")?.click();
  if (bar?.hidden) return;
  if (target.matches("summary")) {
    target.parentElement.open = true;
    (target.parentElement.querySelector(FIELD) ?? target).focus();
  } else if (target.matches(FIELD) || "leads" in target.dataset) target.focus();
  else {
    target.click();
    // A label chooses; Enter then sends what is chosen.
    target.control?.focus();
  }
}

// Where keys are heard: everywhere on a page with the switch, else in the list that has the focus. All lists of a page are one way to walk.
function heardIn() {
  const places = [...document.querySelectorAll("[data-keys]")];
  return document.querySelector(SWITCH) ? places : places.filter((place) => place.contains(document.activeElement));
}

function move(places, step, row) {
  // An item is a link or button, or what holds one: only those can be focused.
  const found = new Set(places.flatMap((place) => [...place.querySelectorAll("[data-keys-item]")]));
  const all = [...found].map((each) => (each.matches(FOCUSABLE) ? each : each.querySelector(FOCUSABLE)));
  const focused = all.findIndex((each) => each === document.activeElement || row?.contains(each));
  const at = focused < 0 ? all.findIndex((each) => each.getAttribute("aria-current") === "true") : focused;
  all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
  return all.length > 0;
}

function hear(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  const places = areOn() ? heardIn() : [];
  if (!places.length) return;
  const row = document.activeElement?.closest("[data-keys-row]");
  const box = event.key === "x" && row?.closest("[data-keys]") && row.querySelector("[type=checkbox]");
  if (box) return event.preventDefault(), box.click();
  const step = { j: 1, k: -1 }[event.key];
  if (step && move(places, step, row)) return event.preventDefault();
  const target = targetOf(event.key, row);
  if (!target) return;
  event.preventDefault();
  // What a key decides is the item that is open: another one, to which j and k have led, is opened first.
  const item = document.activeElement?.closest("[data-keys-item]");
  const isOpen = !item || item.getAttribute("aria-current") === "true" || !item.closest("[data-keys]").querySelector("[aria-current=true]");
  if (target.type === "submit" && !isOpen) return document.activeElement.click();
  press(target, row);
}

export function bind(place) {
  if (place.matches(SWITCH)) bindSwitch(place);
  // The same listener is added once, however many lists there are.
  else document.addEventListener("keydown", hear);
}
