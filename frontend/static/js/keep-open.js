// Groups that somebody opened or closed stay so when the list is drawn anew, and keep their order; the box that was used keeps
// the focus and its place before the eyes, with the first results beside it.
const wished = new Map();
let last = "", order = [], used = null;

// What was there before keeps its order; what is new stands where the server put it.
function sort(list) {
  const known = [...list.children].filter((group) => order.includes(group.id));
  const wanted = [...known].sort((one, other) => order.indexOf(one.id) - order.indexOf(other.id));
  if (wanted.every((group, place) => group === known[place])) return;
  const spots = known.map((group) => {
    const spot = document.createComment("");
    group.replaceWith(spot);
    return spot;
  });
  wanted.forEach((group, place) => spots[place].replaceWith(group));
}

function settle(list) {
  const results = document.getElementById("results"), box = document.getElementById(used.id);
  if (results?.getBoundingClientRect().top < 0) results.scrollIntoView();
  if (box) list.closest(".drawer").scrollTop += box.getBoundingClientRect().top - used.top;
}

export function bind(list) {
  if (used) sort(list);
  order = [...list.children].map((group) => group.id);
  for (const group of list.querySelectorAll("details[id]")) if (wished.has(group.id)) group.open = wished.get(group.id);
  // A box in a closed group, or in one that was moved, has lost the focus.
  if (last && document.activeElement === document.body) document.getElementById(last)?.focus({ preventScroll: true });
  if (used) settle(list);
  used = null;
  list.addEventListener("click", (event) => {
    const group = event.target.closest("summary")?.parentElement;
    if (group?.id) wished.set(group.id, !group.open);
  });
  list.addEventListener("focusin", (event) => { last = event.target.id; });
  list.addEventListener("change", (event) => { used = { id: event.target.id, top: event.target.getBoundingClientRect().top }; });
}
