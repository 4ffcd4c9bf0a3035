// When more results were added to a list, the focus goes on to the first of them.
export function bind(link) {
  const list = document.querySelector(link.dataset.more);
  link.addEventListener("click", () => {
    const before = list.children.length;
    list.addEventListener("htmx:afterSwap", () => list.children[before]?.querySelector("a")?.focus({ preventScroll: true }), { once: true });
  });
}
