// What somebody began to type and did not send yet; it stays in this browser.

export const draftName = (reading, row = "") => `hatang-doc-${reading}-${row}`;

// Name the rows of a document with something typed; the document's own facts are "chung".
export function drafts(reading) {
  const start = draftName(reading);
  const names = Array.from({ length: localStorage.length }, (_, n) => localStorage.key(n));
  return names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
}

export function draftWords(typed) {
  const rows = typed.filter((row) => row !== "chung").length;
  const told = [rows ? `${rows} dòng` : "", typed.includes("chung") ? "thông tin chung" : ""].filter(Boolean);
  return told.length ? `${told.join(" và ")} đang sửa dở, chưa ghi.` : "";
}
