// Runs in the reader's browser, inlined into pages with charts or sequences: shows the values under the pointer, and
// makes a player of each sequence. A page without it lacks nothing but comfort.
(() => {
  "use strict";

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

  /** From a place on an axis of a drawing to its value: the axis says its ends, "log" after them where it is logarithmic. */
  function valueOf(axis, from, to) {
    const [low, high, kind] = axis.split(" ");
    const [warp, back] = kind === "log" ? [Math.log, Math.exp] : [Number, Number];
    return (at) => back(warp(low) + (at - from) / (to - from) * (warp(high) - warp(low)));
  }

  /** Places of a line, which is written as a first one and steps. */
  function placesOf(line) {
    let [x, y] = [0, 0];
    return [...line.getAttribute("d").matchAll(/[Ml](-?[\d.]+) ?(-?[\d.]+)/g)]
      .map(([, dx, dy]) => ({ x: x += Number(dx), y: y += Number(dy) }));
  }

  /** Under a chart: the values of its lines at the pointer, as far as they can be read off. */
  function makeReadout(figure) {
    const svg = figure.querySelector("svg.still");
    const lines = [...svg.querySelectorAll(".line:has(title)")].map((line) => (
      { label: line.textContent, places: placesOf(line) }
    ));
    if (lines.length === 0) return;
    const [left, end, floor, top] = svg.dataset.box.split(" ").map(Number);
    const [toX, toY] = [valueOf(svg.dataset.x, left, end), valueOf(svg.dataset.y, floor, top)];
    const short = (value) => String(Number(value.toPrecision(3))).replace(/^-/, "−");
    const output = element("p", "readout", "");
    figure.querySelector(".plot").append(output);
    svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const at = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
      const distance = (place) => Math.abs(place.x - at);
      const nearest = lines.map(({ label, places }) => ({
        label,
        ...places.reduce((a, b) => distance(b) < distance(a) ? b : a),
      }));
      const { x } = nearest.reduce((a, b) => distance(b) < distance(a) ? b : a);
      const texts = nearest.filter((place) => Math.abs(place.x - x) < 3)
        .map(({ label, y }) => `${label} ${short(toY(y))}`);
      output.textContent = `At ${short(toX(x))}: ${texts.join(", ")}`;
    });
    svg.addEventListener("pointerleave", () => output.textContent = "");
  }

  for (const figure of document.querySelectorAll("figure.chart")) makeReadout(figure);
  for (const figure of document.querySelectorAll("figure.sequence")) makePlayer(figure);
})();
