// The rows of a draft by keyboard; a move goes to the server and brings the rows as they stand there.
const said = document.getElementById("composer-said");
const list = () => document.getElementById("composer");
const rows = () => [...list().querySelectorAll("[data-item]")];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select")) return;
  const row = document.activeElement.closest?.("[data-item]");
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step && list() && (row || !event.altKey)) {
    event.preventDefault();
    if (event.altKey) row.querySelector(`[data-act="${step < 0 ? "up" : "down"}"]`).click();
    else neighbour(row, step)?.focus();
  } else if (row && event.target === row && { Enter: "edit", Delete: "remove" }[event.key]) {
    event.preventDefault();
    row.querySelector(`[data-act="${{ Enter: "edit", Delete: "remove" }[event.key]}"]`).click();
  } else if (!event.altKey) {
    document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
  }
});

function neighbour(row, step) {
  const all = rows();
  return row ? all[all.indexOf(row) + step] : all[0];
}

document.getElementById("act").addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.matches('[data-act="up"], [data-act="down"]')) return;
  event.preventDefault();
  const row = button.closest("[data-item]");
  const { id } = row;
  const act = document.activeElement === button ? button.dataset.act : "";
  const body = new FormData(event.target, button);
  list().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(button.formAction, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("composer");
    if (!answer.ok || !fresh) throw new Error(String(answer.status));
    list().replaceWith(fresh);
    const moved = document.getElementById(id);
    const again = act && moved.querySelector(`[data-act="${act}"]:not([disabled])`);
    (again || moved).focus();
    said.textContent = `Dòng thứ ${rows().indexOf(moved) + 1}: ${moved.getAttribute("aria-label")}`;
  } catch {
    list().removeAttribute("aria-busy");
    said.className = "notice notice--error";
    said.textContent = "Chưa chuyển được dòng: mất kết nối hoặc phiên đăng nhập đã hết. Tải lại trang rồi thử lại.";
  }
});

if (/^#dong-\d+$/.test(location.hash)) document.querySelector(location.hash)?.focus();
