// A button or a link opens a <dialog> by its id; without script the link leads to a page that asks the same.
export function bind(opener) {
  const dialog = document.getElementById(opener.dataset.dialog);
  if (!dialog) return;
  opener.setAttribute("aria-haspopup", "dialog");
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  for (const closer of dialog.querySelectorAll("[data-dialog-close]")) closer.addEventListener("click", () => dialog.close());
}
