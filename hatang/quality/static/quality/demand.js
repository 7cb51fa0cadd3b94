// Tells whether this device's own last test is enough for the purpose, and sends the day's token with a wish.
import { lacking, vn } from "./judging.js";
import { placeOf } from "./place.js";
import { remember, remembered, token } from "./store.js";

const form = document.querySelector("[data-demand]");
const place = placeOf(form, { chosen: (pk, name) => remember({ place: { pk, name } }) });
const known = remembered();
if (!form.elements.commune.value && known.place) place.choose(known.place.pk, known.place.name);
for (const field of document.querySelectorAll("[name=token]")) field.value = token();

const own = document.querySelector("[data-own]");
const last = known.tests[0];
if (own && last) {
  const purposes = JSON.parse(document.getElementById("purposes").textContent);
  const { needs } = purposes.find(({ key }) => key === own.dataset.own);
  const figures = { download_mbps: last.down, upload_mbps: last.up, delay_ms: last.delay, jitter_ms: last.jitter, loss_percent: last.loss };
  const lacks = lacking(needs, figures);
  const when = new Date(last.at).toLocaleDateString("vi-VN");
  const measured = `Lượt đo gần nhất trên máy này (${when}: xuống ${vn(last.down)}, lên ${vn(last.up)} Mbit/s)`;
  own.querySelector("p").textContent = lacks.length ? `${measured} chưa đủ: ${lacks.join("; ")}.` : `${measured} đủ cho việc này.`;
  own.hidden = false;
}
