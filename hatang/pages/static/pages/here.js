// Lets a form take the telephone's own position: fills the fields lon and lat, under which a map may stand.
const WORDS = {
  1: "Trình duyệt không được phép lấy vị trí. Chạm vào bản đồ, hoặc chọn xã, phường.",
  2: "Máy không biết vị trí lúc này. Chạm vào bản đồ, hoặc chọn xã, phường.",
  3: "Chờ vị trí quá lâu. Thử lại, hoặc chạm vào bản đồ.",
};

function enhance(root) {
  const form = root.closest("form");
  const button = root.querySelector("button");
  const said = root.querySelector("[role=status]");
  const put = (name, value) => {
    const field = form.elements.namedItem(name);
    field.value = value.toFixed(6).replace(".", ",");
    return field;
  };
  const take = ({ coords }) => {
    const fields = [put("lon", coords.longitude), put("lat", coords.latitude)];
    for (const field of fields) field.dispatchEvent(new Event("change", { bubbles: true }));
    said.textContent = `Đã lấy vị trí, sai số khoảng ${Math.round(coords.accuracy)} m.`;
    button.disabled = false;
  };
  const fail = ({ code }) => {
    said.textContent = WORDS[code];
    button.disabled = false;
  };
  button.addEventListener("click", () => {
    said.textContent = "Đang lấy vị trí …";
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(take, fail, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
  });
  root.hidden = false;
}

if (navigator.geolocation) document.querySelectorAll("[data-here]").forEach(enhance);
