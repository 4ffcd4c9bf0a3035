// The box in a table's head: all, none, or some.
export function bind(head) {
  const scope = head.closest("table") ?? head.form ?? document;
  const boxes = () => [...scope.querySelectorAll("[type=checkbox][name]")].filter((each) => each !== head && !each.disabled && (!head.dataset.selectAll || each.name === head.dataset.selectAll));
  const show = () => {
    const all = boxes(), chosen = all.filter((each) => each.checked).length;
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
  };
  const choose = () => {
    for (const box of boxes()) box.checked = head.checked;
    scope.dispatchEvent(new Event("change", { bubbles: true }));
  };
  head.addEventListener("change", choose);
  scope.addEventListener("change", (event) => { if (event.target !== head) show(); });
  // Somebody may have been faster than this script.
  if (head.checked) choose();
  show();
}
