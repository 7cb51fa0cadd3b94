// Draws the indicator's trend from the data block of the page; the table below it says the same without a script.
(() => {
  const holder = document.getElementById("trend");
  const block = document.getElementById("trend-data");
  if (!holder || !block || !window.echarts) return;
  const data = JSON.parse(block.textContent);
  const shapes = { counted: "circle", measured: "diamond", predicted: "emptyDiamond", reported: "emptyCircle" };
  const colours = ["#0b5c8e", "#8f4a00", "#00695c", "#6b3fa0"];
  const dashes = ["solid", [8, 3], [3, 3], [10, 3, 2, 3]];
  const written = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: data.decimals });
  const years = data.territories.flatMap((t) => [...t.points, ...t.targets, ...t.starts, ...t.ahead].map((p) => p.year));
  const several = data.territories.length > 1;
  const narrow = holder.parentElement.clientWidth < 560;
  const font = { color: "#1b1f24", fontFamily: "Noto Sans, sans-serif", fontSize: 13 };

  // The interval: an unseen line at its low end carries an area as high as the interval is wide.
  const band = (territory, i) => {
    const colour = colours[i % colours.length];
    const unseen = { type: "line", stack: `band-${i}`, stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
    return [
      { ...unseen, data: territory.ahead.map((p) => [p.year, p.low]) },
      { ...unseen, color: colour, areaStyle: { opacity: 0.16 }, data: territory.ahead.map((p) => [p.year, p.high - p.low]) },
      {
        name: territory.name,
        type: "line",
        color: colour,
        lineStyle: { type: [5, 4], width: 2 },
        symbol: "emptyTriangle",
        symbolSize: 7,
        data: territory.ahead.map((p, n) => ({ value: [p.year, p.level], text: p.text, symbolSize: n ? 7 : 0 })),
      },
    ];
  };

  const lines = (territory, i) => [
    {
      name: territory.name,
      type: "line",
      color: colours[i % colours.length],
      lineStyle: { type: dashes[i % dashes.length], width: 2.5 },
      symbolSize: 9,
      data: territory.points.map((p) => ({ value: [p.year, p.level], symbol: shapes[p.how], text: `${p.text} · ${p.came}` })),
    },
    {
      name: territory.name,
      type: "scatter",
      color: colours[i % colours.length],
      symbol: "rect",
      symbolSize: [22, 4],
      z: 3,
      data: territory.targets.map((t) => ({ value: [t.year, t.level], text: t.text })),
      labelLayout: { hideOverlap: true },
      label: {
        show: true,
        formatter: (p) => p.data.text.replace(/^mục tiêu \d+: /, ""),
        position: "top",
        distance: 7,
        backgroundColor: "#fff",
        padding: [1, 3],
        ...font,
        fontSize: 12,
      },
    },
    ...(territory.ahead.length > 1 ? band(territory, i) : []),
    ...territory.starts.map((s) => ({
      type: "line",
      color: "#545d68",
      lineStyle: { type: "dotted", width: 1.5 },
      symbol: "none",
      silent: true,
      tooltip: { show: false },
      data: [[s.year, s.level], [s.to, s.goal]],
    })),
  ];

  const caption = holder.parentElement.querySelector("figcaption");
  if (caption) {
    caption.hidden = false;
    if (data.axis.least > 0) caption.append(` Trục dọc bắt đầu từ ${written.format(data.axis.least)}${data.percent ? "%" : ` ${data.unit}`}.`);
  }
  holder.hidden = false;
  const chart = window.echarts.init(holder, null, { renderer: "svg" });
  chart.on("finished", () => {
    const drawing = holder.querySelector("svg");
    if (drawing) drawing.setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
  });
  chart.setOption({
    animation: false,
    aria: { enabled: false },
    textStyle: font,
    grid: { left: 8, right: narrow ? 28 : 56, top: 36, bottom: several ? (narrow ? 64 : 40) : 8, containLabel: true },
    legend: several ? { bottom: 0, data: data.territories.map((t) => t.name), textStyle: font } : undefined,
    tooltip: {
      trigger: "item",
      renderMode: "richText",
      confine: true,
      formatter: (p) => `${p.seriesName}, ${p.value[0]}\n${p.data.text}`,
    },
    xAxis: {
      type: "value",
      min: Math.min(...years),
      max: Math.max(...years, Math.min(...years) + 1),
      minInterval: 1,
      axisLabel: { formatter: (y) => (Number.isInteger(y) ? String(y) : ""), hideOverlap: true, ...font },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      min: data.axis.least,
      max: data.axis.most,
      interval: data.axis.step,
      axisLabel: { formatter: (v) => written.format(v) + (data.percent ? "%" : ""), ...font },
      splitLine: { lineStyle: { color: "#d4d9df" } },
    },
    series: data.territories.flatMap(lines),
  });
  window.addEventListener("resize", () => chart.resize());
})();
