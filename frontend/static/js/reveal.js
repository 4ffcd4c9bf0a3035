// A row that scrolls sideways shows where we are.
export function bind(element) {
  element.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
}
