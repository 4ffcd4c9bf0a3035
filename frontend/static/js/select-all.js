// The box in a table's head: all, none, or some.
export function bind(head) {
  const scope = head.closest("table") ?? head.form ?? document;
  const boxes = () => [...scope.querySelectorAll("[type=checkbox][name]")].filter((each) => each !== head && !each.disabled);
  const show = () => {
    const all = boxes(), chosen = all.filter((each) => each.checked).length;
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
  };
  head.addEventListener("change", () => {
    for (const box of boxes()) box.checked = head.checked;
    scope.dispatchEvent(new Event("change", { bubbles: true }));
  });
  scope.addEventListener("change", (event) => { if (event.target !== head) show(); });
  show();
}
