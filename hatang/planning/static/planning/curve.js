// Draws the curve of cost and people, and the tornado of prices, from the page's data; the tables below say the same.
(() => {
  if (!window.echarts) return;
  const font = { color: "#1b1f24", fontFamily: "Noto Sans, sans-serif", fontSize: 13 };
  const hairline = { lineStyle: { color: "#d4d9df" } };
  const written = (value, decimals = 1) => new Intl.NumberFormat("vi-VN", { maximumFractionDigits: decimals }).format(value);
  const billions = (value) => `${written(value, 2)} tỷ đồng`;

  const draw = (name, height, option) => {
    const holder = document.getElementById(`${name}-chart`);
    const block = document.getElementById(`${name}-data`);
    if (!holder || !block) return;
    const data = JSON.parse(block.textContent);
    holder.hidden = false;
    holder.parentElement.querySelector("figcaption").hidden = false;
    if (height) holder.style.height = `${height(data)}px`;
    const chart = window.echarts.init(holder, null, { renderer: "svg" });
    chart.on("finished", () => {
      const drawing = holder.querySelector("svg");
      if (drawing) drawing.setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
    });
    const narrow = holder.parentElement.clientWidth < 560;
    chart.setOption({ animation: false, aria: { enabled: false }, textStyle: font, tooltip: { trigger: "item", renderMode: "richText", confine: true }, ...option(data, narrow) });
    window.addEventListener("resize", () => chart.resize());
  };

  draw("curve", null, ({ points, here }) => {
    const lowest = Math.min(...points.map(([, share]) => share));
    const step = lowest < 90 ? 10 : lowest < 98 ? 2 : 0.5;
    const least = Math.max(0, step * Math.floor(lowest / step));
    const told = ({ value: [cost, share], seriesName }) => `${seriesName}\n${billions(cost)}: ${written(share, 2)} %`;
    return {
      grid: { left: 8, right: 24, top: 24, bottom: 8, containLabel: true },
      tooltip: { trigger: "item", renderMode: "richText", confine: true, formatter: told },
      xAxis: { type: "value", min: 0, axisLabel: { formatter: (value) => written(value), hideOverlap: true, ...font }, splitLine: { show: false }, axisLine: { show: true } },
      yAxis: { type: "value", min: least, max: 100, axisLabel: { formatter: (value) => `${written(value)} %`, ...font }, splitLine: hairline },
      series: [
        { name: "Bao lồi", type: "line", color: "#0b5c8e", symbol: "none", lineStyle: { width: 2 }, silent: true, data: points.filter((point) => point[2]).map((point) => point.slice(0, 2)) },
        { name: "Rẻ nhất cho mức này", type: "scatter", color: "#0b5c8e", symbolSize: 8, data: points.map((point) => point.slice(0, 2)) },
        ...(here ? [{ name: "Phương án này", type: "scatter", color: "#8f4a00", symbol: "diamond", symbolSize: 16, z: 3, data: [here] }] : []),
      ],
    };
  });

  draw("tornado", (data) => 60 + 30 * data.rows.length, ({ base, rows, unit }, narrow) => {
    const names = rows.map(([label]) => label);
    const ends = rows.flatMap(([, low, high]) => [low, high]).filter((end) => end !== null);
    const [least, most] = [Math.min(base, ...ends), Math.max(base, ...ends)];
    const room = (most - least || 1) * 0.05;
    // Bars grow from the base, which the axis calls by its own value.
    const bars = (name, at, colour) => ({
      name,
      type: "bar",
      color: colour,
      barGap: "-100%",
      barWidth: "60%",
      data: rows.map((row) => (row[at] === null ? null : row[at] - base)),
      tooltip: { formatter: ({ dataIndex, value }) => `${names[dataIndex]}\n${name}: ${written(base + value, 2)} ${unit}` },
    });
    return {
      grid: { left: 8, right: 24, top: 8, bottom: 32, containLabel: true },
      legend: { bottom: 0, data: ["đơn giá thấp nhất", "đơn giá cao nhất"], textStyle: font },
      xAxis: { type: "value", min: least - room - base, max: most + room - base, axisLabel: { formatter: (value) => written(base + value, most - least < 1 ? 2 : 1), hideOverlap: true, ...font }, splitLine: hairline },
      yAxis: { type: "category", inverse: true, data: names, axisTick: { show: false }, axisLine: { show: true, onZero: true, lineStyle: { color: "#1b1f24", width: 1.5 } }, axisLabel: { ...font, width: narrow ? 110 : 260, overflow: "break", fontSize: narrow ? 11 : 13 } },
      series: [
        bars("đơn giá thấp nhất", 1, "#6d9dbd"),
        bars("đơn giá cao nhất", 2, "#b5651d"),
      ],
    };
  });
})();
