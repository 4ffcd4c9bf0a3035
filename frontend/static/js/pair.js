// Two fields for one number, a slider and a field: what one says the other says too, while it moves.
export function bind(group) {
  const fields = [...group.querySelectorAll("[data-pair-with]")];
  for (const field of fields) {
    field.addEventListener("input", () => {
      for (const other of fields) if (other !== field) other.value = field.value === "" ? 0 : field.value;
    });
  }
}
