// Suggestions below a search box, as an ARIA combobox. At most one request is in flight: a newer word drops the older, and so does
// whatever closes the list, so that no late answer opens it again.
const WAIT_MS = 120;
let serial = 0;

export function bind(form) {
  const field = form.querySelector("input[type=search]");
  const list = Object.assign(document.createElement("div"), { className: "combo", id: `combo-${++serial}`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
  // Says how many there are; what is chosen is read by itself.
  const status = Object.assign(document.createElement("span"), { className: "sr" });
  status.setAttribute("role", "status");
  // A page that history brings back has those of its first time.
  for (const old of form.querySelectorAll(":scope > .combo, :scope > [role=status]")) old.remove();
  form.append(list, status);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) field.setAttribute(name, value);
  let request, timer;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const isOpen = () => !list.hidden;
  function drop() {
    clearTimeout(timer);
    request?.abort();
  }
  function close() {
    drop();
    show(false);
    status.textContent = "";
  }
  function show(open) {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (!open) choose();
  }
  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  }
  async function ask() {
    drop();
    const words = field.value.trim();
    if (!words) return close();
    request = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.combobox}?q=${encodeURIComponent(words)}`, { signal: request.signal, headers: { "HX-Request": "true" } });
      fill(answer.ok ? await answer.text() : "");
    } catch (fault) {
      if (fault.name !== "AbortError") close();
    }
  }
  function fill(html) {
    list.innerHTML = html;
    const said = list.querySelector("[data-said]");
    said?.remove();
    field.removeAttribute("aria-activedescendant");
    show(options().length > 0);
    status.textContent = said?.textContent ?? "";
  }
  function step(by) {
    const all = options(), at = all.indexOf(chosen());
    // The field itself lies between the last option and the first one.
    choose(by > 0 ? all[at + 1] : all[at < 0 ? all.length - 1 : at - 1]);
  }
  const keys = {
    ArrowDown: (event) => {
      if (!isOpen() && !options().length) ask();
      else if (!isOpen()) show(true);
      if (isOpen() && !event.altKey) step(1);
      return true;
    },
    ArrowUp: (event) => {
      if (!isOpen()) return false;
      if (event.altKey) close();
      else step(-1);
      return true;
    },
    Escape: () => {
      const wasOpen = isOpen();
      close();
      return wasOpen;
    },
    Enter: () => {
      const option = isOpen() && chosen();
      if (option) option.click();
      else drop();
      return Boolean(option);
    },
    // The field's own keys: the caret moves, and the field is what counts again.
    Home: () => choose(),
    End: () => choose(),
    ArrowLeft: () => choose(),
    ArrowRight: () => choose(),
    Tab: () => close(),
  };
  field.addEventListener("input", () => { choose(); clearTimeout(timer); timer = setTimeout(ask, WAIT_MS); });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (keys[event.key]?.(event)) event.preventDefault();
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
}
