// Binds behaviours to what asks for them by a data- attribute; a module is fetched only when its page needs it.
const BEHAVIOURS = {
  "[data-stepper]": "stepper",
  "[data-combobox]": "combobox",
  "[data-suggest]": "suggest",
  "[data-gallery]": "gallery",
  "[data-copy]": "copy",
  "[data-toast]": "toast",
  "[data-theme-switch]": "theme",
  "[data-menu]": "menu",
  "[data-dialog]": "dialog",
  "[data-focus]": "focus",
  "[data-once]": "once",
  "[data-autosubmit]": "autosubmit",
  "[data-select-all]": "select-all",
  "[data-bulk]": "bulk",
  "[data-keys]": "keys",
  "[data-keys-switch]": "keys",
  "[data-gone]": "gone",
  "[data-poll]": "poll",
  "[data-drop]": "drop",
  "[data-fill]": "fill",
  "[data-reveal]": "reveal",
  "[data-opened]": "opened",
  "[data-keep-open]": "keep-open",
  "[data-more]": "more",
  "[data-hearts]": "hearts",
  "[data-pair]": "pair",
  "[data-passkey]": "passkey",
  "[data-unsaved]": "unsaved",
  "[data-reference]": "reference",
};

const bound = new WeakMap();
const coming = [];

function bindOnce(element, name) {
  const names = bound.get(element) ?? new Set();
  if (names.has(name)) return;
  bound.set(element, names.add(name));
  coming.push(import(`./${name}.js`).then(({ bind }) => bind(element)));
}

function scan(root) {
  for (const [selector, name] of Object.entries(BEHAVIOURS)) {
    if (root.matches?.(selector)) bindOnce(root, name);
    for (const element of root.querySelectorAll(selector)) bindOnce(element, name);
  }
}

scan(document);
// Who drives the page by keys from outside can wait until they are heard.
Promise.allSettled(coming).then(() => document.documentElement.setAttribute("data-bound", ""));
document.addEventListener("htmx:load", (event) => scan(event.detail.elt));

// A page for where there is no network; the first visit is not made slower by it.
const LATER_MS = 4000;
window.addEventListener("load", () => setTimeout(() => navigator.serviceWorker?.register("/service-worker.js").catch(() => {}), LATER_MS));
