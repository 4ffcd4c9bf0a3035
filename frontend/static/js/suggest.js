// Fills a field's list of options with what the server finds for it. With data-suggest-into, what is chosen becomes a line of that text.
const WAIT_MS = 150;

export function bind(field) {
  const list = field.list, into = document.getElementById(field.dataset.suggestInto ?? "");
  let request, timer;
  field.hidden = false;

  async function ask() {
    request?.abort();
    const words = field.value.trim();
    if (!words) return list.replaceChildren();
    request = new AbortController();
    try {
      const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(words)}`, { signal: request.signal, headers: { "HX-Request": "true" } });
      if (answer.ok) list.innerHTML = await answer.text();
    } catch (fault) {
      if (fault.name !== "AbortError") list.replaceChildren();
    }
  }
  function add() {
    const lines = into.value.split("\n").map((line) => line.trim()).filter(Boolean);
    if (!lines.includes(field.value)) into.value = [...lines, field.value].join("\n");
    into.dispatchEvent(new Event("change", { bubbles: true }));
    field.value = "";
    list.replaceChildren();
  }
  const isOffered = () => [...list.options].some((option) => option.value === field.value);
  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (!isOffered()) timer = setTimeout(ask, WAIT_MS);
    else if (into) add();
  });
  // Enter adds what is written; it must not send the form half filled in.
  if (into) field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (field.value.trim()) add();
  });
}
