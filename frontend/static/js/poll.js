// Asks again while a page waits for something: data-poll is the address, data-every the seconds. It stops when the answer no longer asks.
export function bind(element) {
  const every = Number(element.dataset.every ?? 2) * 1000;
  const ask = async () => {
    if (!element.isConnected) return;
    if (document.hidden) return void setTimeout(ask, every);
    const answer = await fetch(element.dataset.poll, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.redirected) return location.assign(answer.url);
    const target = answer?.headers.get("HX-Redirect");
    if (target) return location.assign(target);
    if (!answer?.ok) return void setTimeout(ask, 2 * every);
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    const next = holder.content.firstElementChild;
    element.replaceWith(holder.content);
    if (!next) return;
    window.htmx?.process(next);
    next.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: next } }));
  };
  setTimeout(ask, every);
}
