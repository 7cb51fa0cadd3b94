// What a test is enough for, judged as the server judges: each figure rounded as it is shown.
const AT_LEAST = ["download_mbps", "upload_mbps"];
const WORDS = {
  download_mbps: ["tải xuống", "Mbit/s"],
  upload_mbps: ["tải lên", "Mbit/s"],
  delay_ms: ["độ trễ", "ms"],
  jitter_ms: ["biến động trễ", "ms"],
  loss_percent: ["phải gửi lại", "%"],
};

export const vn = (value, decimals = 1) =>
  value === null || value === undefined ? "–" : value.toLocaleString("vi-VN", { maximumFractionDigits: decimals });

export const delay = (ms) => vn(ms, ms < 1 ? 2 : 1);

// Speeds: what is slow is told finely, what is fast roughly.
export const speed = (mbps) => vn(mbps, mbps < 10 ? 2 : mbps < 100 ? 1 : 0);

export function lacking(needs, figures) {
  return Object.entries(needs).flatMap(([name, needed]) => {
    const value = figures[name];
    if (value === null || value === undefined) return [];
    const shown = Math.round(value * 10) / 10;
    const met = AT_LEAST.includes(name) ? shown >= needed : shown <= needed;
    const [label, unit] = WORDS[name];
    const than = AT_LEAST.includes(name) ? "từ" : "tối đa";
    return met ? [] : [`${label} cần ${than} ${vn(needed)} ${unit}, đo được ${vn(shown)}`];
  });
}

export function headline(figures, purposes) {
  const met = purposes.filter(({ needs }) => !lacking(needs, figures).length).length;
  if (met === purposes.length) return "Mạng ở đây đủ cho mọi việc thường ngày.";
  if (met === 0) return "Mạng ở đây chưa đủ cho việc nào trong danh sách.";
  return `Mạng ở đây đủ cho ${met} trong ${purposes.length} việc thường ngày.`;
}
