// Suggestions below a search box, as an ARIA combobox. At most one request is in flight: a newer word drops the older.
const WAIT_MS = 120;
let serial = 0;

export function bind(form) {
  const field = form.querySelector("input[type=search]");
  const list = Object.assign(document.createElement("div"), { className: "combo", id: `combo-${++serial}`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
  form.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) field.setAttribute(name, value);
  let request, timer;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const close = () => show(false);
  function show(open) {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (!open) field.removeAttribute("aria-activedescendant");
  }
  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  }
  async function ask() {
    request?.abort();
    const words = field.value.trim();
    if (!words) return close();
    request = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.combobox}?q=${encodeURIComponent(words)}`, { signal: request.signal, headers: { "HX-Request": "true" } });
      list.innerHTML = answer.ok ? await answer.text() : "";
      show(options().length > 0);
    } catch (fault) {
      if (fault.name !== "AbortError") close();
    }
  }
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT_MS); });
  field.addEventListener("keydown", (event) => {
    const all = options(), at = all.indexOf(chosen());
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    else if (event.key === "ArrowDown" && all.length) { event.preventDefault(); show(true); choose(all[(at + 1) % all.length]); }
    else if (event.key === "ArrowUp" && all.length) { event.preventDefault(); choose(all.at(at - 1)); }
    else if (event.key === "Enter" && chosen() && !list.hidden) { event.preventDefault(); chosen().click(); }
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
}
