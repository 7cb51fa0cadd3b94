// Puts a drawing map above each text field of a geometry (GeometryWidget). The field stays: typed lines move the drawing,
// drawing writes the lines; what is posted is GeoJSON, or, where the text cannot be read, the text itself.
import { openEditor } from "./editor.js";
import { fromText, toGeoJSON, toLines } from "./shape.js";

const BASES = { POINT: "Point", LINESTRING: "LineString", POLYGON: "Polygon" };

function parsed(text, base) {
  try {
    return [fromText(text, base), ""];
  } catch (error) {
    return [null, error.message];
  }
}

async function enhance(root) {
  const text = root.querySelector("textarea");
  const type = root.dataset.type.replace("MULTI", "");
  const [base, multi] = [BASES[type], root.dataset.type.startsWith("MULTI")];
  const block = root.querySelector("script[type='application/json']");
  const [parts] = text.value.trim() ? parsed(text.value, base) : [[]];
  const posted = document.createElement("input");
  posted.type = "hidden";
  const write = (now, json) => {
    posted.value = json ? JSON.stringify(json) : "";
    posted.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const store = {
    parts: parts ?? [],
    write(now, json) {
      text.value = toLines(now, base);
      write(now, json);
    },
  };
  const editor = await openEditor(root, {
    base,
    multi,
    store,
    reference: block ? JSON.parse(block.textContent) : null,
    near: root.dataset.near ? root.dataset.near.split(",").map(Number) : null,
    label: root.dataset.label,
  });
  if (!editor) return;
  posted.name = text.name;
  text.removeAttribute("name");
  text.after(posted);
  const take = () => {
    const [typed, wrong] = text.value.trim() ? parsed(text.value, base) : [[], ""];
    if (typed && !(typed.length > 1 && !multi)) {
      editor.set(typed);
      write(typed, typed.length ? toGeoJSON(typed, base, multi) : null);
    } else {
      posted.value = text.value;
      editor.refuse(wrong || "Chỉ nhận một hình: bỏ dòng trống ở giữa.");
    }
  };
  if (parts) write(parts, parts.length ? toGeoJSON(parts, base, multi) : null);
  else posted.value = text.value;
  text.addEventListener("change", take);
}

document.querySelectorAll(".draw[data-type]").forEach(enhance);
