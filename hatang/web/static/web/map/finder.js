// The search box on the map: the same finds as everywhere, but a place found is flown to instead of opened.
export function finder({ form, box, list, address, province, found }) {
  let chosen = -1;
  let asked = 0;
  let waiting = 0;
  const options = () => [...list.querySelectorAll("[role=option]")];

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
  form.hidden = false;

  const show = (open) => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  };
  const choose = (next) => {
    chosen = next;
    options().forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    const option = options()[chosen];
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
    if (option) option.scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    const { lon, lat, place, href, kind } = option.dataset;
    show(false);
    if (!lon || !lat) return window.location.assign(href);
    box.value = option.firstChild.textContent.trim();
    found({ place: Number(place), lon: Number(lon), lat: Number(lat), kind, href, name: box.value });
  };

  async function ask() {
    const turn = ++asked;
    const query = new URLSearchParams({ q: box.value, ban_do: "1" });
    if (province) query.set("tinh", province);
    const response = await fetch(`${address}?${query}`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (turn !== asked || !response || !response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const places = [...page.querySelectorAll("[role=option][data-place]")];
    places.forEach((option, i) => { option.id = `ban-do-${i + 1}`; });
    list.replaceChildren(...places);
    choose(-1);
    show(places.length > 0 && document.activeElement === box);
  }

  box.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, 200);
  });
  box.addEventListener("keydown", (event) => {
    const count = options().length;
    if (list.hidden || !count) return;
    if (event.key === "Escape") show(false);
    else if (event.key === "ArrowDown") choose((chosen + 1) % count);
    else if (event.key === "ArrowUp") choose(chosen <= 0 ? count - 1 : chosen - 1);
    else if (event.key === "Enter") take(options()[Math.max(chosen, 0)]);
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
}
