// Light, dark or as the system says; a cookie tells the server, so the next page comes right at once.
const YEAR_S = 31_536_000;

export function bind(group) {
  const root = document.documentElement;
  const buttons = [...group.querySelectorAll("[data-theme-to]")];
  const show = () => buttons.forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.themeTo === (root.dataset.theme ?? ""))));
  group.hidden = false;
  show();
  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-to]");
    if (!button) return;
    const theme = button.dataset.themeTo;
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    document.cookie = `theme=${theme}; path=/; max-age=${theme ? YEAR_S : 0}; samesite=lax`;
    show();
  });
}
