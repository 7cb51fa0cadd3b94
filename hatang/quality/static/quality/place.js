// Where was it measured? The device's own position, rounded here before it leaves, only after somebody asks for it; or a
// commune chosen among suggestions.
import { suggestions } from "../pages/suggestions.js";

const WHY = {
  1: "Trình duyệt không được phép lấy vị trí. Không sao: hãy gõ tên xã, phường.",
  2: "Máy không biết vị trí lúc này. Hãy gõ tên xã, phường.",
  3: "Chờ vị trí quá lâu. Thử lại, hoặc gõ tên xã, phường.",
};
// About a hundred metres.
const DECIMALS = 3;

export function placeOf(root, { chosen = () => {} } = {}) {
  const box = root.querySelector("[data-commune-box]");
  const list = root.querySelector("[data-commune-list]");
  const field = root.querySelector("[name=commune]");
  const said = root.querySelector("[data-place-said]");
  const lon = root.querySelector("[name=lon]");
  const lat = root.querySelector("[name=lat]");
  const here = root.querySelector("[data-here-ask]");

  function choose(pk, name, spot = null) {
    field.value = pk;
    box.value = name;
    if (lon) [lon.value, lat.value] = spot ?? ["", ""];
    said.textContent = pk ? `Đã chọn ${name}.` : "";
    if (pk) chosen(pk, name);
  }

  const { arrived, hide } = suggestions(box, list, (option) => {
    choose(option.dataset.pk, option.dataset.name);
    hide();
  }, { orFirst: true });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === list) arrived();
  });
  box.addEventListener("input", () => {
    field.value = "";
    if (lon) [lon.value, lat.value] = ["", ""];
  });

  async function ask({ coords }) {
    const spot = [coords.longitude, coords.latitude].map((value) => value.toFixed(DECIMALS));
    const body = new URLSearchParams({ lon: spot[0], lat: spot[1] });
    body.set("csrfmiddlewaretoken", root.closest("form").elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(here.dataset.hereAsk, { method: "POST", body });
      const told = await answer.json();
      if (!answer.ok) said.textContent = `${told.errors.join(" ")} Hãy gõ tên xã, phường.`;
      else choose(told.commune, told.name, spot);
    } catch {
      said.textContent = "Không gửi được vị trí. Hãy gõ tên xã, phường.";
    }
    here.disabled = false;
  }
  if (here && navigator.geolocation) {
    here.hidden = false;
    here.addEventListener("click", () => {
      here.disabled = true;
      said.textContent = "Đang lấy vị trí …";
      const refused = ({ code }) => {
        said.textContent = WHY[code];
        here.disabled = false;
        box.focus();
      };
      navigator.geolocation.getCurrentPosition(ask, refused, { timeout: 20000, maximumAge: 60000 });
    });
  }
  return { choose };
}
