// A picture opens large in a dialog; without script its link opens the file.
export function bind(gallery) {
  const dialog = document.createElement("dialog");
  dialog.className = "zoom";
  const picture = document.createElement("img");
  const button = document.createElement("button");
  Object.assign(button, { className: "btn", type: "button", textContent: gallery.dataset.close ?? "×" });
  button.addEventListener("click", () => dialog.close());
  dialog.append(picture, button);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  gallery.append(dialog);
  gallery.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-zoom]");
    if (!link) return;
    event.preventDefault();
    picture.src = link.href;
    picture.alt = link.querySelector("img")?.alt ?? "";
    dialog.setAttribute("aria-label", picture.alt || gallery.getAttribute("aria-label") || "");
    dialog.showModal();
  });
  for (const thumb of gallery.querySelectorAll("a[href^='#']")) {
    thumb.addEventListener("click", (event) => {
      const target = gallery.querySelector(thumb.getAttribute("href"));
      if (!target) return;
      event.preventDefault();
      target.scrollIntoView({ block: "nearest", inline: "center" });
    });
  }
}
