// Fills a field's list of options with what the server finds for it. With data-suggest-into, what is chosen becomes a line of that text.
const WAIT_MS = 150;

export function bind(field) {
  const list = field.list, into = document.getElementById(field.dataset.suggestInto ?? "");
  let asked = "", answered, request, timer;
  field.hidden = false;

  function ask() {
    request?.abort();
    clearTimeout(timer);
    asked = field.value.trim();
    request = new AbortController();
    answered = fill(request.signal);
  }
  async function fill(signal) {
    if (!asked) return list.replaceChildren();
    try {
      const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(asked)}`, { signal, headers: { "HX-Request": "true" } });
      if (answer.ok) list.innerHTML = await answer.text();
    } catch (fault) {
      if (fault.name !== "AbortError") list.replaceChildren();
    }
  }
  function add(name) {
    const lines = into.value.split("\n").map((line) => line.trim()).filter(Boolean);
    if (!lines.includes(name)) into.value = [...lines, name].join("\n");
    into.dispatchEvent(new Event("change", { bubbles: true }));
    field.value = asked = "";
    list.replaceChildren();
  }
  // The one that is offered is meant; of several, somebody has to say which.
  async function addOnly() {
    const words = field.value.trim();
    if (words !== asked) ask();
    await answered;
    if (words && words === field.value.trim() && list.options.length === 1) add(list.options[0].value);
  }
  function refuse() {
    field.setCustomValidity(field.dataset.suggestChoose);
    field.reportValidity();
  }
  const isOffered = () => [...list.options].some((option) => option.value === field.value);
  field.addEventListener("input", () => {
    field.setCustomValidity("");
    clearTimeout(timer);
    if (!isOffered()) timer = setTimeout(ask, WAIT_MS);
    else if (into) add(field.value);
  });
  if (!into) return;
  // Enter adds what is written; it must not send the form half filled in.
  field.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    await addOnly();
    if (field.value.trim()) refuse();
  });
  field.addEventListener("change", addOnly);
  // What is written here is no part of the form: it would be lost without a word.
  field.form.addEventListener("submit", (event) => {
    if (!field.value.trim()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    refuse();
  }, true);
}
