// The search box on the map: the same finds as everywhere, but a place found is flown to instead of opened.
import { suggestions } from "../../pages/suggestions.js";

export function finder({ form, box, list, address, province, found }) {
  let asked = 0;
  let waiting = 0;
  form.hidden = false;

  const take = (option) => {
    const { lon, lat, place, href, kind } = option.dataset;
    hide();
    if (!lon || !lat) return window.location.assign(href);
    box.value = option.firstChild.textContent.trim();
    found({ place: place ? Number(place) : null, lon: Number(lon), lat: Number(lat), kind, href, name: box.value });
  };
  const { arrived, hide } = suggestions(box, list, take, { orFirst: true });

  async function ask() {
    const turn = ++asked;
    const query = new URLSearchParams({ q: box.value, ban_do: "1" });
    if (province) query.set("tinh", province);
    const response = await fetch(`${address}?${query}`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (turn !== asked || !response || !response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const places = [...page.querySelectorAll("[role=option][data-place], [role=option][data-thing]")];
    places.forEach((option, i) => { option.id = `ban-do-${i + 1}`; });
    list.replaceChildren(...places);
    arrived();
  }

  box.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, 200);
  });
}
