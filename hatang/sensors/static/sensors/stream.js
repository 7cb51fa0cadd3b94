// Draws streams from the data blocks of the page: the mean as a line, least to greatest as a pale band, levels as dashes.
(() => {
  if (!window.echarts) return;
  const written = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 2 });
  const hour = new Intl.DateTimeFormat("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" });
  // The axis has its marks at midnight in Viet Nam wherever the browser stands: seven hours on, read as UTC.
  const AHEAD = 7 * 3_600_000;
  const day = new Intl.DateTimeFormat("vi-VN", { timeZone: "UTC", day: "numeric", month: "numeric" });
  const font = { color: "#1b1f24", fontFamily: "Noto Sans, sans-serif", fontSize: 13 };
  const FEW = 12;
  const levelColours = { notice: "#545d68", warning: "#8f4a00", danger: "#a81e1e" };

  function draw(holder) {
    const data = JSON.parse(document.getElementById(holder.dataset.stream).textContent);
    const unit = data.unit ? ` ${data.unit}` : "";
    holder.hidden = false;
    const caption = holder.parentElement.querySelector("figcaption");
    if (caption) caption.hidden = false;
    const chart = window.echarts.init(holder, null, { renderer: "svg" });
    const unseen = { type: "line", stack: "band", stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
    chart.setOption({
      animation: false,
      useUTC: true,
      aria: { enabled: false },
      textStyle: font,
      grid: { left: 8, right: 24, top: 32, bottom: 8, containLabel: true },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        confine: true,
        formatter: (items) => {
          const [at, least, mean, most] = data.points[items[0].dataIndex];
          return `${hour.format(at)}\ntrung bình ${written.format(mean)}${unit}\ntừ ${written.format(least)} đến ${written.format(most)}${unit}`;
        },
      },
      xAxis: { type: "time", minInterval: 86_400_000, axisLabel: { formatter: (at) => day.format(at), hideOverlap: true, ...font }, splitLine: { show: false } },
      yAxis: { type: "value", scale: true, name: data.unit, nameTextStyle: { ...font, align: "left" }, axisLabel: { formatter: (v) => written.format(v), ...font }, splitLine: { lineStyle: { color: "#d4d9df" } } },
      series: [
        // Unseen points at the levels, so that the axis reaches them.
        { ...unseen, stack: undefined, data: data.levels.map((one) => [data.points[0][0] + AHEAD, one.value]) },
        { ...unseen, data: data.points.map(([at, least]) => [at + AHEAD, least]) },
        { ...unseen, color: "#0b5c8e", areaStyle: { opacity: 0.16 }, data: data.points.map(([at, least, , most]) => [at + AHEAD, most - least]) },
        {
          name: data.name,
          type: "line",
          color: "#0b5c8e",
          symbol: data.points.length > FEW ? "none" : "circle", // a line of one point is not seen
          symbolSize: 6,
          showAllSymbol: true,
          lineStyle: { width: 2 },
          data: data.points.map(([at, , mean]) => [at + AHEAD, mean]),
          markLine: {
            symbol: "none",
            silent: true,
            data: data.levels.map((one) => ({
              yAxis: one.value,
              lineStyle: { color: levelColours[one.level], type: [6, 4], width: 1.5 },
              label: { formatter: `${one.name}: ${written.format(one.value)}`, position: "insideStartTop", ...font, color: levelColours[one.level] },
            })),
          },
        },
      ],
    });
    window.addEventListener("resize", () => chart.resize());
    holder.dataset.drawn = "1";
  }

  document.querySelectorAll("[data-stream]").forEach(draw);
})();
