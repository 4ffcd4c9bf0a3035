// Draws the calls of the API by the schema in data-reference, with the program in data-program; light or dark as the page is.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function follow() {
  const theme = root.dataset.theme ?? (system.matches ? "dark" : "light");
  root.classList.toggle("dark-mode", theme === "dark");
}

// Its head says what ours has said.
const withoutHead = { wrapComponents: { InfoContainer: () => () => null } };
// It is in no layer of ours, and so its ground would stand over the page's; and some of its colours are too pale.
const fit = new CSSStyleSheet();
fit.replaceSync(`
  html.dark-mode, html.dark-mode .swagger-ui, html.dark-mode .swagger-ui .scheme-container { background: none; }
  .swagger-ui, .swagger-ui :is(h2, h3, h4, h5, p, li, table, th, td, label, button, select, input, .opblock-tag, .opblock-summary-description, .opblock-description-wrapper, .parameter__name, .tab li) { font-family: var(--sans); }
  [data-reference] { min-block-size: 90vh; }
  .swagger-ui p { max-inline-size: none; }
  @media (max-width: 40rem) {
    .swagger-ui .responses-table :is(thead, td.response-col_links) { display: none !important; }
    .swagger-ui .responses-table > :is(thead, tbody) > tr > td { display: block; inline-size: 100%; padding-block: 0.25rem; }
  }
  .swagger-ui .btn.authorize, .swagger-ui .btn.authorize svg { color: var(--brand); fill: currentColor; border-color: currentColor; }
  .swagger-ui .opblock .opblock-summary-method { color: #000; text-shadow: none; }
`);

export function bind(place) {
  document.adoptedStyleSheets.push(fit);
  follow();
  system.addEventListener("change", follow);
  new MutationObserver(follow).observe(root, { attributeFilter: ["data-theme"] });
  const program = document.createElement("script");
  program.src = place.dataset.program;
  program.addEventListener("load", () => {
    const { SwaggerUIBundle } = window;
    SwaggerUIBundle({ url: place.dataset.reference, domNode: place, deepLinking: true, defaultModelsExpandDepth: -1, plugins: [withoutHead], presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout" });
  });
  document.head.append(program);
}
