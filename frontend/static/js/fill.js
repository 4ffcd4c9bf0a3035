// Puts the ready text that is chosen below what was typed, at once; without this, the button beside it does the same. Who walks on to another
// text gets that one instead, unless they have changed the first.
export function bind(select) {
  const field = select.form.elements[select.dataset.fill];
  let last = "";
  select.parentElement.querySelector("button").hidden = true;
  select.addEventListener("change", () => {
    const text = select.selectedOptions[0].dataset.text ?? "";
    const typed = last && field.value.endsWith(last) ? field.value.slice(0, -last.length) : field.value;
    field.value = [typed.trim(), text].filter(Boolean).join("\n\n");
    last = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
