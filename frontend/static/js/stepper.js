// A number field with one less and one more; data-submit on the field sends its form once the number rests.
const REST_MS = 500;

function clamp(field, number) {
  const least = Number(field.dataset.min ?? 1);
  const most = Number(field.dataset.max || Infinity);
  return Math.min(most, Math.max(least, Number.isFinite(number) ? number : least));
}

export function bind(stepper) {
  const field = stepper.querySelector("input");
  let timer;
  const send = () => {
    clearTimeout(timer);
    if ("submit" in field.dataset) timer = setTimeout(() => field.form?.requestSubmit(), REST_MS);
  };
  field.form?.addEventListener("submit", () => clearTimeout(timer));
  for (const button of stepper.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => {
      field.value = clamp(field, Number.parseInt(field.value, 10) + Number(button.dataset.step));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  field.addEventListener("change", () => {
    field.value = clamp(field, Number.parseInt(field.value, 10));
    send();
  });
}
