// The bar for chosen rows: it counts, and steps aside while nothing is chosen. Without script it always stands there.
export function bind(bar) {
  const form = document.getElementById(bar.dataset.bulk) ?? bar.closest("form");
  if (!form) return;
  const only = bar.dataset.bulkName;
  const count = bar.querySelector("[data-bulk-count]");
  const show = () => {
    if (!bar.isConnected) return document.removeEventListener("change", show);
    const chosen = [...form.elements].filter((each) => each.type === "checkbox" && (only ? each.name === only : each.name) && each.checked).length;
    count.textContent = chosen;
    bar.hidden = chosen === 0;
    bar.dataset.ready = "";
  };
  // A box may stand elsewhere than its form: then the form does not hear of it.
  document.addEventListener("change", show);
  show();
}
