// A picture opens large in a dialog, arrows lead to the others; without script its link opens the file.
function button(words, label, act) {
  const made = document.createElement("button");
  Object.assign(made, { className: "btn", type: "button", textContent: words });
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

export function bind(gallery) {
  const links = [...gallery.querySelectorAll("a[data-zoom]")];
  const dialog = document.createElement("dialog");
  const picture = document.createElement("img");
  const row = document.createElement("div");
  dialog.className = "zoom";
  row.className = "row";
  let at = 0;
  const show = (place) => {
    at = (place + links.length) % links.length;
    picture.src = links[at].href;
    picture.alt = links[at].querySelector("img")?.alt ?? "";
    dialog.setAttribute("aria-label", picture.alt || gallery.getAttribute("aria-label") || "");
  };
  if (links.length > 1) row.append(button("←", gallery.dataset.before ?? "", () => show(at - 1)), button("→", gallery.dataset.after ?? "", () => show(at + 1)));
  const close = button(gallery.dataset.close ?? "×", gallery.dataset.close ?? "", () => dialog.close());
  row.append(close);
  dialog.append(picture, row);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && links.length > 1) show(at + step);
  });
  gallery.append(dialog);
  gallery.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-zoom]");
    // Other clicks open the file elsewhere, as links do.
    if (!link || !dialog.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(links.indexOf(link));
    dialog.showModal();
    close.focus();
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
