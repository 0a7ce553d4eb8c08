// Runs in the reader's browser on the page of live curves, after Chart.js: draws the chosen curve.
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const groups = JSON.parse(byId("live-data").textContent);
  const [groupList, chartList, logBox] = ["live-group", "live-chart", "live-log"].map(byId);
  const short = (value) => String(Number(Number(value).toPrecision(4))).replace(/^-/, "−");

  /** A colour of the page's style, in the reader's scheme. */
  function colourOf(index) {
    const probe = document.createElement("span");
    probe.className = `s${index % 13}`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }

  /** Chart.js's names of the legend, which leaves the dashes of their lines out. */
  const generateLabels = (chart) =>
    Chart.defaults.plugins.legend.labels.generateLabels(chart).map((item) => ({
      ...item,
      lineDash: chart.data.datasets[item.datasetIndex].borderDash,
    }));

  const chosen = () => groups[groupList.value].charts[chartList.value];
  let chart;

  function draw() {
    const { title, xLabel, yLabel, x, lines } = chosen();
    const positive = lines.every(({ y }) => y.every((value) => value > 0));
    logBox.disabled = !positive;
    const { color } = getComputedStyle(document.body);
    const axis = (text, type) => ({
      type,
      title: { display: true, text, color },
      ticks: { color, callback: short, maxRotation: 0 },
      grid: { color: "rgba(128, 128, 128, 0.25)" },
    });
    chart?.destroy();
    chart = new Chart(byId("live-canvas"), {
      type: "line",
      data: {
        datasets: lines.map(({ label, colour, dashes, x: places, y }) => ({
          label,
          data: y.map((value, i) => ({ x: x[places][i], y: value })),
          borderColor: colourOf(colour),
          backgroundColor: colourOf(colour),
          borderDash: dashes,
          borderWidth: 2,
          pointRadius: y.length === 1 ? 4 : 0,
        })),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "nearest", axis: "x", intersect: false },
        scales: {
          x: axis(xLabel, "linear"),
          y: axis(yLabel, positive && logBox.checked ? "logarithmic" : "linear"),
        },
        plugins: {
          legend: {
            labels: {
              color,
              usePointStyle: true,
              pointStyle: "line",
              pointStyleWidth: 26,
              generateLabels,
            },
          },
          tooltip: {
            callbacks: {
              title: ([item]) => item && `${xLabel} ${short(item.parsed.x)}`,
              label: ({ dataset, parsed }) => ` ${dataset.label}: ${short(parsed.y)}`,
            },
          },
        },
      },
    });
    byId("live-canvas").setAttribute("aria-label", `${title}: ${yLabel} over ${xLabel}`);
    byId("live-note").textContent = lines.map(({ label, y }) =>
      `${label} ends at ${short(y.at(-1))}`
    ).join("; ");
  }

  const fill = (list, titles) =>
    list.replaceChildren(...titles.map((title, i) => new Option(title, String(i))));
  const chooseGroup = () => {
    fill(chartList, groups[groupList.value].charts.map(({ title }) => title));
    chooseChart();
  };
  const chooseChart = () => {
    logBox.checked = chosen().logarithmic;
    draw();
  };
  if (groups.length === 0) return;
  byId("live").hidden = false;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  fill(groupList, groups.map(({ title }) => title));
  groupList.addEventListener("change", chooseGroup);
  chartList.addEventListener("change", chooseChart);
  logBox.addEventListener("change", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  chooseGroup();
})();
