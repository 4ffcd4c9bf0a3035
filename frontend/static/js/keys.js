// Keys for lists: j and k move, and data-key="a" on a button or link gives it that key. Silent while somebody types.
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";

export function bind(place) {
  const links = () => [...place.querySelectorAll("[data-keys-item]")];
  const move = (step) => {
    const all = links();
    const focused = all.indexOf(document.activeElement);
    const at = focused < 0 ? all.findIndex((each) => each.getAttribute("aria-current") === "true") : focused;
    all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING)) return;
    if (event.key === "j") return move(1);
    if (event.key === "k") return move(-1);
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input, select, textarea")) target.focus();
    else target.click();
  });
}
