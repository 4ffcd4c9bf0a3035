// Copies a text and says so. Where the clipboard is closed to us, the button stays hidden.
const THANKS_MS = 2000;

export function bind(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.done = "";
    button.setAttribute("aria-pressed", "true");
    setTimeout(() => button.setAttribute("aria-pressed", "false"), THANKS_MS);
  });
}
