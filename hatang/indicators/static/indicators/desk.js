// The desk of returns by keyboard: j and k move, x ticks, a ticks all, o opens; and says how many are ticked.
const desk = document.querySelector("[data-desk]");
const boxes = desk ? [...desk.querySelectorAll('[name="phieu"]')] : [];
const count = desk?.querySelector("[data-count]");
const all = desk?.querySelector("[data-all]");
let here = -1;

function tell() {
  const ticked = boxes.filter((box) => box.checked).length;
  if (count) count.textContent = `${ticked.toLocaleString("vi-VN")} phiếu đã chọn`;
  if (all) all.textContent = ticked === boxes.length ? "Bỏ chọn tất cả" : "Chọn tất cả";
}

function tickAll() {
  const on = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = on;
  tell();
}

function go(to) {
  boxes[here]?.closest("tr").classList.remove("is-here");
  here = Math.max(0, Math.min(boxes.length - 1, to));
  boxes[here].closest("tr").classList.add("is-here");
  boxes[here].focus();
}

const KEYS = {
  j: () => go(here + 1),
  k: () => go(here - 1),
  a: tickAll,
  x: () => here >= 0 && boxes[here].click(),
  o: () => here >= 0 && boxes[here].closest("tr").querySelector("a").click(),
};

if (boxes.length) {
  desk.querySelector("[data-hint]").hidden = false;
  desk.addEventListener("change", tell);
  all.addEventListener("click", (event) => { event.preventDefault(); tickAll(); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest('input:not([type="checkbox"]), textarea, select') || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  tell();
}
