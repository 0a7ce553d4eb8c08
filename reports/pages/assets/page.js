// Runs in the reader's browser, inlined into each page after Chart.js: replaces the still drawings by live charts and
// makes a player of each sequence. A page without it lacks nothing but comfort.
(() => {
  "use strict";

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const charts = [];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const text = (value, digits) => String(Number(value.toPrecision(digits))).replace(/^-/, "−");
  const short = (value) => text(value, 4);
  /** #rrggbb with an opacity of 0 … 1. */
  const fade = (hex, alpha) => hex + Math.round(255 * alpha).toString(16).padStart(2, "0");
  const points = (x, y) => x.map((at, i) => ({ x: at, y: y[i] }));

  /** Vertical marks with a label at their top. */
  const marks = {
    id: "marks",
    afterDatasetsDraw(chart, _args, options) {
      const { ctx, chartArea, scales } = chart;
      for (const mark of options.list ?? []) {
        const x = scales.x.getPixelForValue(mark.x);
        const right = x < (chartArea.left + chartArea.right) / 2;
        ctx.save();
        ctx.strokeStyle = ctx.fillStyle = options.colour;
        ctx.setLineDash([3, 3]);
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top);
        ctx.lineTo(x, chartArea.bottom);
        ctx.stroke();
        ctx.textAlign = right ? "left" : "right";
        ctx.font = `12px ${Chart.defaults.font.family}`;
        ctx.fillText(mark.label, x + (right ? 5 : -5), chartArea.top + 11);
        ctx.restore();
      }
    },
  };

  function datasets(data) {
    const bands = data.series.flatMap((series) => {
      const own = colour(`--s${series.colour % 13}`);
      const edge = { pointRadius: 0, pointHitRadius: 0, borderWidth: 0, band: true };
      const line = {
        label: series.label,
        data: points(series.x, series.mean),
        borderColor: own,
        backgroundColor: own,
        borderWidth: 2,
        pointRadius: data.dots ? 4 : series.x.length > 24 ? 0 : 2.5,
        showLine: !data.dots,
        ...(data.dots ? { clip: false } : {}),
        low: series.low,
        high: series.high,
      };
      if (series.seeds < 2) return [line];
      return [
        line,
        { ...edge, data: points(series.x, series.low), fill: false },
        {
          ...edge,
          data: points(series.x, series.high),
          fill: "-1",
          backgroundColor: fade(own, 0.22),
        },
      ];
    });
    const ends = endsOf(data);
    const lines = data.lines.map((line) => ({
      label: line.label,
      data: points(ends, [line.y, line.y]),
      borderColor: colour(`--s${line.colour % 13}`),
      borderWidth: 2,
      borderDash: [2, 5],
      pointRadius: 0,
      pointHitRadius: 0,
      band: true,
    }));
    const curves = (data.curves ?? []).map((curve) => ({
      label: curve.label,
      data: points(curve.x, curve.y),
      borderColor: colour(`--s${curve.colour % 13}`),
      borderWidth: 2,
      borderDash: [2, 5],
      pointRadius: 0,
      pointHitRadius: 0,
      band: true,
    }));
    return [...bands, ...lines, ...curves];
  }

  /** Ends of the x axis. */
  function endsOf(data) {
    const all = [...data.series, ...(data.curves ?? [])].flatMap(({ x }) => x);
    return [Math.min(...all), Math.max(...all)];
  }

  function options(data) {
    const muted = colour("--muted");
    const rule = colour("--rule");
    const whole = data.series.every((series) => series.x.every(Number.isInteger));
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: {
          type: data.logarithmicX ? "logarithmic" : "linear",
          min: endsOf(data)[0],
          max: endsOf(data)[1],
          title: { display: true, text: data.xLabel, color: muted },
          grid: { display: false },
          ticks: {
            color: muted,
            maxRotation: 0,
            ...(whole ? { precision: 0 } : {}),
            callback: short,
          },
          ...(data.xTicks === undefined ? {} : {
            afterBuildTicks: (axis) => {
              axis.ticks = data.xTicks.map((value) => ({ value }));
            },
          }),
          border: { color: rule },
        },
        y: {
          type: data.logarithmic ? "logarithmic" : "linear",
          min: data.yRange[0],
          max: data.yRange[1],
          grid: { color: rule },
          ticks: {
            color: muted,
            // With fewer digits 15665 and 15670 would look the same.
            callback: (value) => text(value, 12),
          },
          afterBuildTicks: (axis) => {
            axis.ticks = data.yTicks.map((value) => ({ value }));
          },
          border: { display: false },
        },
      },
      plugins: {
        legend: { display: false },
        marks: { list: data.marks, colour: muted },
        tooltip: {
          filter: (item) => item.dataset.band !== true,
          callbacks: {
            title: (items) => items.length > 0 ? `${data.xLabel} ${short(items[0].parsed.x)}` : "",
            label: ({ dataset, dataIndex, parsed }) => {
              const [low, high] = [dataset.low[dataIndex], dataset.high[dataIndex]];
              const range = low === high ? "" : ` (${short(low)} to ${short(high)})`;
              return ` ${dataset.label}: ${short(parsed.y)}${range}`;
            },
          },
        },
      },
    };
  }

  /** A canvas in place of a figure's still drawing, and the figure's data. */
  function liveCanvas(figure) {
    const data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    const plot = figure.querySelector(".plot");
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", data.description);
    plot.replaceChildren(canvas);
    plot.classList.add("live");
    return { canvas, data };
  }

  function makeChart(figure) {
    const { canvas, data } = liveCanvas(figure);
    const chart = new Chart(canvas, {
      type: "line",
      data: { datasets: datasets(data) },
      options: options(data),
      plugins: [marks],
    });
    charts.push({ chart, data, datasets, options });
  }

  /** Lines from quartile to quartile, and each bar's value beyond its end. */
  const whiskers = {
    id: "whiskers",
    afterDatasetsDraw(chart, _args, { bars, ink }) {
      const { ctx, scales } = chart;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = ink;
      ctx.font = `12px ${Chart.defaults.font.family}`;
      ctx.textBaseline = "middle";
      chart.getDatasetMeta(0).data.forEach(({ y }, i) => {
        const { low, high, value, text } = bars[i];
        const [from, to] = [low, high].map((at) => scales.x.getPixelForValue(at));
        ctx.beginPath();
        ctx.moveTo(from, y);
        ctx.lineTo(to, y);
        ctx.stroke();
        ctx.fillText(text, Math.max(to, scales.x.getPixelForValue(value)) + 6, y);
      });
      ctx.restore();
    },
  };

  /** A label in lines of at most `width` characters. */
  function lines(label, width) {
    return label.split(" ").reduce((done, word) => {
      const last = done.at(-1);
      if (last !== undefined && `${last} ${word}`.length <= width) {
        return [...done.slice(0, -1), `${last} ${word}`];
      }
      return [...done, word];
    }, []);
  }

  function barOptions({ bars }) {
    const [muted, rule, ink] = ["--muted", "--rule", "--ink"].map(colour);
    return {
      indexAxis: "y",
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { right: 64 } },
      scales: {
        x: {
          beginAtZero: true,
          suggestedMax: Math.max(...bars.map(({ high }) => high)),
          title: { display: true, text: "seconds", color: muted },
          grid: { color: rule },
          ticks: { color: muted, maxRotation: 0, callback: short },
          border: { display: false },
        },
        y: {
          grid: { display: false },
          ticks: { color: ink, autoSkip: false, font: { size: 12 } },
          border: { color: rule },
        },
      },
      plugins: {
        legend: { display: false },
        whiskers: { bars, ink },
        tooltip: {
          callbacks: {
            title: ([item]) => bars[item.dataIndex].label,
            label: ({ dataIndex }) => {
              const { text, low, high } = bars[dataIndex];
              return ` ${text}; quartiles ${short(low)} to ${short(high)} s`;
            },
          },
        },
      },
    };
  }

  function barDatasets({ bars }) {
    return [{
      data: bars.map(({ value }) => value),
      backgroundColor: bars.map((bar) => colour(`--s${bar.colour % 13}`)),
      maxBarThickness: 22,
    }];
  }

  function makeBars(figure) {
    const { canvas, data } = liveCanvas(figure);
    const narrow = canvas.parentElement.clientWidth < 560;
    const width = narrow ? 19 : 60;
    canvas.parentElement.style.height = `${4 + (narrow ? 3.4 : 2.6) * data.bars.length}rem`;
    const chart = new Chart(canvas, {
      type: "bar",
      data: {
        labels: data.bars.map(({ label }) => lines(label, width)),
        datasets: barDatasets(data),
      },
      options: barOptions(data),
      plugins: [whiskers],
    });
    charts.push({ chart, data, datasets: barDatasets, options: barOptions });
  }

  function recolour() {
    for (const { chart, data, datasets, options } of charts) {
      chart.data.datasets = datasets(data);
      chart.options = options(data);
      chart.update();
    }
  }

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  function makePlayer(figure) {
    const { frames, width, height, marked, markedLabel } = figure.dataset;
    const [count, w, h] = [frames, width, height].map(Number);
    const framed = new Set(marked === "" ? [] : marked.split(" ").map(Number));
    const title = figure.querySelector("figcaption :is(h3, h4)").textContent;
    const player = element("div", "player");
    player.setAttribute("role", "group");
    player.setAttribute("aria-label", `Player of ${title}`);
    const screens = element("div", "screens");
    const painters = [...figure.querySelectorAll(".strip img")].map((image) => {
      const screen = element("div", "screen");
      const canvas = element("canvas");
      canvas.width = w;
      canvas.height = h;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${image.dataset.row}, current frame`);
      screen.append(canvas, element("span", "", image.dataset.row));
      screens.append(screen);
      const context = canvas.getContext("2d");
      const isFirst = image.closest(".first") !== null;
      return (frame) => {
        context.drawImage(image, frame * w, 0, w, h, 0, 0, w, h);
        if (isFirst) screen.classList.toggle("marked-frame", framed.has(frame));
      };
    });
    const controls = element("div", "controls");
    const button = element("button", "", "Play");
    button.type = "button";
    const slider = element("input");
    Object.assign(slider, { type: "range", min: "0", max: String(count - 1), step: "1" });
    slider.value = figure.dataset.start;
    slider.setAttribute("aria-label", `Frame of ${title}`);
    const output = element("output");
    controls.append(button, slider, output);
    player.append(screens, controls);

    const show = () => {
      const frame = Number(slider.value);
      for (const paint of painters) paint(frame);
      const state = framed.has(frame) ? `, ${markedLabel}` : "";
      output.textContent = `frame ${frame} of 0 to ${count - 1}${state}`;
      slider.setAttribute("aria-valuetext", output.textContent);
    };
    let timer;
    const stop = () => {
      clearInterval(timer);
      timer = undefined;
      button.textContent = "Play";
    };
    button.addEventListener("click", () => {
      if (timer !== undefined) return stop();
      button.textContent = "Pause";
      timer = setInterval(() => {
        slider.value = String((Number(slider.value) + 1) % count);
        show();
      }, 180);
    });
    slider.addEventListener("input", () => {
      stop();
      show();
    });
    figure.querySelector(".player-slot").replaceWith(player);
    // Strips are data URIs, but browsers decode them in their own time.
    Promise.all([...figure.querySelectorAll(".strip img")].map((image) => image.decode())).then(
      show,
    );
  }

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  for (const figure of document.querySelectorAll("figure.chart")) makeChart(figure);
  for (const figure of document.querySelectorAll("figure.bars")) makeBars(figure);
  for (const figure of document.querySelectorAll("figure.sequence")) makePlayer(figure);
  dark.addEventListener("change", recolour);
})();
