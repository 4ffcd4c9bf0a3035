// A toast goes by itself, later while it is read: it waits under the pointer and the keyboard.
const STAY_MS = 8000;

export function bind(toast) {
  let timer;
  const leave = () => toast.remove();
  const wait = () => { clearTimeout(timer); timer = setTimeout(leave, STAY_MS); };
  const stay = () => clearTimeout(timer);
  toast.querySelector("[data-toast-close]")?.addEventListener("click", leave);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stay);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
  if (toast.closest(".toasts")) wait();
}
