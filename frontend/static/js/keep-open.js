// Groups that somebody opened or closed stay so when the list is drawn anew, and the focus stays on its box.
const wished = new Map();
let last = "";

export function bind(list) {
  for (const group of list.querySelectorAll("details[id]")) if (wished.has(group.id)) group.open = wished.get(group.id);
  // A box in a closed group cannot take the focus, so it is lost until the group is open again.
  if (last && document.activeElement === document.body) document.getElementById(last)?.focus({ preventScroll: true });
  list.addEventListener("click", (event) => {
    const group = event.target.closest("summary")?.parentElement;
    if (group?.id) wished.set(group.id, !group.open);
  });
  list.addEventListener("focusin", (event) => { last = event.target.id; });
}
