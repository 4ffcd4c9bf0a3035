// A row or bar that scrolls shows where we are; the page itself stays where it is.
export function bind(element) {
  const { scrollX, scrollY } = window;
  element.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
  window.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
}
