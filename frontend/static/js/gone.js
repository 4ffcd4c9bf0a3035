// What is true for some seconds only leaves when they are over.
export function bind(element) {
  setTimeout(() => element.remove(), Number(element.dataset.gone) * 1000);
}
