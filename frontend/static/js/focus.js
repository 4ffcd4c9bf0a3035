// What must be read first takes the focus; its links lead into the fields, past collapsed parts.
export function bind(element) {
  element.focus();
  element.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const named = link && document.getElementById(link.hash.slice(1));
    const field = named?.matches("input, select, textarea") ? named : named?.querySelector("input, select, textarea");
    if (!field) return;
    event.preventDefault();
    field.closest("details")?.setAttribute("open", "");
    field.focus();
  });
}
