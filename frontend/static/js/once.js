// A form that is sent once: the second press waits for the first answer.
export function bind(form) {
  const buttons = () => [...form.elements].filter((each) => each.type === "submit");
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    buttons().forEach((button) => button.setAttribute("aria-busy", "true"));
  });
  const ready = () => {
    delete form.dataset.sent;
    buttons().forEach((button) => button.removeAttribute("aria-busy"));
  };
  form.addEventListener("htmx:afterRequest", ready);
  // Whoever is asked about unsaved words, and stays, can press again.
  window.addEventListener("beforeunload", (event) => setTimeout(() => { if (event.defaultPrevented) ready(); }));
  window.addEventListener("pageshow", (event) => { if (event.persisted) ready(); });
}
