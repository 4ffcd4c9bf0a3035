// Sends a form when a choice changes (sorting, filters); text is sent by Enter or its button. Who goes through a closed list by
// keys passes others on the way: theirs is sent by Enter, or when they leave it.
const STEP = /^(Arrow|Page|Home|End)|^\S$/u;

export function bind(element) {
  const form = element instanceof HTMLFormElement ? element : element.form;
  let key = "", waits = false;
  const send = () => {
    waits = false;
    form.requestSubmit();
  };
  element.addEventListener("pointerdown", () => { key = ""; });
  element.addEventListener("keydown", (event) => {
    key = event.key;
    if (key !== "Enter" || !waits) return;
    event.preventDefault();
    send();
  });
  element.addEventListener("focusout", () => { if (waits) send(); });
  element.addEventListener("change", ({ target }) => {
    if (target.matches("select, [type=radio]") && STEP.test(key)) waits = true;
    else if (target.matches("select, [type=checkbox], [type=radio]")) send();
  });
}
