// A file may be dropped on the whole area; the field below takes it.
export function bind(area) {
  const field = area.querySelector("input[type=file]");
  if (!field) return;
  const mark = (over) => area.toggleAttribute("data-over", over);
  area.addEventListener("dragover", (event) => { event.preventDefault(); mark(true); });
  area.addEventListener("dragleave", () => mark(false));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
