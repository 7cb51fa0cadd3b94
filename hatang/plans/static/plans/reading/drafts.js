// What somebody began to type and did not send yet; it stays in this browser.

const place = (reading, row = "") => `hatang-doc-${reading}-${row}`;

export const draftName = (reading, row) => place(reading, row);

// Name the rows of a document with something typed; the document's own facts are "chung".
export function drafts(reading) {
  const names = Array.from({ length: localStorage.length }, (_, n) => localStorage.key(n));
  return names.filter((name) => name.startsWith(place(reading))).map((name) => name.slice(place(reading).length));
}

export function draftWords(reading) {
  const typed = drafts(reading);
  const rows = typed.filter((row) => row !== "chung").length;
  const told = [rows ? `${rows} dòng` : "", typed.includes("chung") ? "thông tin chung" : ""].filter(Boolean);
  return told.length ? `${told.join(" và ")} đang sửa dở, chưa ghi.` : "";
}
