// Puts a map under the two fields of a point (PointWidget): click, drag or keyboard set them, typed numbers move the point.
import { openEditor } from "./editor.js";
import { read, written } from "./measure.js";
import { outside } from "./shape.js";

async function enhance(root) {
  const form = root.closest("form");
  const [lon, lat] = [root.dataset.lon, root.dataset.lat].map((name) => form.elements.namedItem(name));
  const typed = () => [lon, lat].map((field) => read(field.value));
  const readable = () => !typed().includes(null) && !outside(typed());
  const parts = () => (readable() ? [[[typed()]]] : []);
  const put = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  let ours = false;
  const store = {
    parts: parts(),
    write(now) {
      ours = true;
      const [x, y] = now.length ? now[0][0][0].map((v) => written(v, 6)) : ["", ""];
      put(lon, x);
      put(lat, y);
      ours = false;
    },
  };
  const near = root.dataset.near ? root.dataset.near.split(",").map(Number) : null;
  const block = root.querySelector("script[type='application/json']");
  const reference = block ? JSON.parse(block.textContent) : null;
  const editor = await openEditor(root, { base: "Point", store, reference, near, label: root.dataset.label });
  if (!editor) return;
  const take = () => {
    if (ours) return;
    editor.set(parts());
    if (!typed().includes(null) && outside(typed())) editor.refuse(outside(typed()));
  };
  for (const field of [lon, lat]) field.addEventListener("change", take);
}

document.querySelectorAll(".draw[data-lon]").forEach(enhance);
