// A box with suggestions below it: arrows, Enter, Escape and the mouse move through them (WAI-ARIA combobox).
// `take` gets the option chosen; Enter with none chosen takes the first where `orFirst`, else is left to the form.
export function suggestions(box, list, take, { orFirst = false } = {}) {
  let chosen = -1;
  const options = () => [...list.querySelectorAll("[role=option]")];

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  const show = (open) => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  };
  const choose = (next) => {
    chosen = next;
    options().forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    const option = options()[chosen];
    if (option) {
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else box.removeAttribute("aria-activedescendant");
  };
  const arrived = () => {
    choose(-1);
    show(options().length > 0 && document.activeElement === box);
  };

  box.addEventListener("keydown", (event) => {
    const count = options().length;
    if (list.hidden || !count) return;
    if (event.key === "Escape") show(false);
    else if (event.key === "ArrowDown") choose((chosen + 1) % count);
    else if (event.key === "ArrowUp") choose(chosen <= 0 ? count - 1 : chosen - 1);
    else if (event.key === "Enter" && (orFirst || chosen >= 0)) take(options()[Math.max(chosen, 0)]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    take(option);
  });
  box.addEventListener("blur", () => show(false));
  return { arrived, hide: () => show(false) };
}
