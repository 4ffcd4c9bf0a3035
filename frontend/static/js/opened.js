// Tells which result of a search was opened; it is counted for the query, never for a person.
export function bind(results) {
  const tell = (event) => {
    const card = event.target.closest("a")?.closest(".pcard");
    if (!card) return;
    const { opened, asked, from } = results.dataset;
    const place = Number(from) + [...results.querySelectorAll(".pcard")].indexOf(card);
    navigator.sendBeacon(opened, new URLSearchParams({ asked, place }));
  };
  results.addEventListener("click", tell);
  results.addEventListener("auxclick", tell);
}
