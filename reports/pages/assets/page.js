// Runs in the reader's browser, inlined into pages with charts or sequences: shows the values under the pointer, and
// makes a player of each sequence and motion. A page without it lacks nothing but comfort.
(() => {
  "use strict";

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  /** Screens of a strip of images: the current one, drawn on a canvas. */
  function stripPlayer(figure) {
    const { frames, width, height, marked, markedLabel, start } = figure.dataset;
    const [w, h] = [width, height].map(Number);
    const framed = new Set(marked === "" ? [] : marked.split(" ").map(Number));
    const screens = [...figure.querySelectorAll(".strip img")].map((image) => {
      const view = element("canvas");
      view.width = w;
      view.height = h;
      const context = view.getContext("2d");
      const isFirst = image.closest(".first") !== null;
      const paint = (frame) => {
        context.drawImage(image, frame * w, 0, w, h, 0, 0, w, h);
        if (isFirst) view.parentNode.classList.toggle("marked-frame", framed.has(frame));
      };
      return { label: image.dataset.row, view, paint };
    });
    const last = Number(frames) - 1;
    const state = (frame) => framed.has(frame) ? `, ${markedLabel}` : "";
    const text = (frame) => `frame ${frame} of 0 to ${last}${state(frame)}`;
    return { screens, count: Number(frames), start, interval: 180, text };
  }

  /** Screens of a moving skeleton: the current figure, a line as those of the still drawing. */
  function motionPlayer(figure, { frames, step, seconds }) {
    const still = figure.querySelector("svg.still");
    const parents = still.dataset.parents.split(" ").map(Number);
    const screens = [...still.querySelectorAll("[data-places]")].map((row) => {
      const places = Uint8Array.from(atob(row.dataset.places), (byte) => byte.charCodeAt(0));
      const view = still.cloneNode();
      view.setAttribute("viewBox", still.dataset.view);
      const line = row.querySelector(".line").cloneNode();
      view.append(line);
      const paint = (frame) => {
        const at = (j) => places.slice(2 * (frame * parents.length + j)).slice(0, 2).join(" ");
        // A motion that has ended shows nothing, as in the still drawing.
        const bones = at(0) === "" ? [] : parents.map((parent, j) => (
          parent < 0 ? "" : `M${at(parent)}L${at(j)}`
        ));
        line.setAttribute("d", bones.join(""));
      };
      return { label: row.dataset.row, view, paint };
    });
    const [count, every, length] = [frames, step, seconds].map(Number);
    const time = (frame) => Number((frame * every * length).toPrecision(3));
    const text = (frame) =>
      `frame ${frame * every} of 0 to ${(count - 1) * every}, ${time(frame)} s`;
    // As fast as it was, within what can be watched.
    const interval = Math.min(1000, Math.max(30, 1000 * every * length));
    return { screens, count, start: 0, interval, text };
  }

  function makePlayer(slot) {
    const figure = slot.closest("figure");
    const { screens, count, start, interval, text } = figure.matches(".sequence")
      ? stripPlayer(figure)
      : motionPlayer(figure, slot.dataset);
    const { title } = slot.dataset;
    const player = element("div", "player");
    player.setAttribute("role", "group");
    player.setAttribute("aria-label", `Player of ${title}`);
    const row = element("div", "screens");
    for (const { label, view } of screens) {
      const screen = element("div", "screen");
      view.setAttribute("role", "img");
      view.setAttribute("aria-label", `${label}, current frame`);
      screen.append(view, element("span", "", label));
      row.append(screen);
    }
    const controls = element("div", "controls");
    const button = element("button", "", "Play");
    button.type = "button";
    const slider = element("input");
    Object.assign(slider, { type: "range", min: "0", max: String(count - 1), step: "1" });
    slider.value = start;
    slider.setAttribute("aria-label", `Frame of ${title}`);
    const output = element("output");
    // The slider says it too; while a player runs, nobody wants every frame read out.
    output.setAttribute("aria-live", "off");
    controls.append(button, slider, output);
    player.append(row, controls);

    const show = () => {
      const frame = Number(slider.value);
      for (const { paint } of screens) paint(frame);
      output.textContent = text(frame);
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
      }, interval);
    });
    slider.addEventListener("input", () => {
      stop();
      show();
    });
    slot.replaceWith(player);
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
  for (const slot of document.querySelectorAll(".player-slot")) makePlayer(slot);
})();
