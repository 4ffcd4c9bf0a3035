// Counts the rows of a form that were changed and not saved, and asks before the page is left with them, or with words.
export function bind(form) {
  const place = document.getElementById(form.dataset.unsaved);
  const start = Number(place?.dataset.unsavedCount ?? 0);
  let sending = false;
  const isChanged = (each) => (each.type === "checkbox" ? each.checked !== each.defaultChecked : each.value !== each.defaultValue);
  const changed = () => new Set([...form.querySelectorAll("tbody input:not([type=hidden]):not([data-no-edit]), textarea")].filter(isChanged).map((each) => each.closest("tr"))).size;
  const show = () => {
    const count = Math.max(start, changed());
    if (!place) return;
    place.hidden = count === 0;
    place.querySelector("[data-unsaved-number]").textContent = count;
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  form.addEventListener("submit", () => { sending = true; });
  window.addEventListener("pageshow", () => { sending = false; show(); });
  window.addEventListener("beforeunload", (event) => { if (!sending && changed()) event.preventDefault(); });
  show();
}
