// A heart that was filled or emptied without leaving the page: every one of the same product follows.
export function bind(form) {
  form.addEventListener("kept", (event) => {
    const { product, kept } = event.detail;
    for (const heart of document.querySelectorAll(`[form="hearts"][value="${CSS.escape(product)}"]`)) {
      heart.setAttribute("aria-pressed", String(kept));
      heart.name = kept ? "drop" : "keep";
    }
  });
}
