// Sends a form when a choice changes (sorting, filters); text is sent by Enter or its button.
export function bind(element) {
  const form = element instanceof HTMLFormElement ? element : element.form;
  element.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=checkbox], [type=radio]")) form.requestSubmit();
  });
}
