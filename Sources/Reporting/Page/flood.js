// A flood on one axis of time: what was offered and answered with cookies, half-open connections, and each call of a client.

// `scale`: the same axes for two floods beside each other.
function floodScale(floods) {
  return {
    end: Math.max(1, ...floods.flatMap(({ flood, series }) => [
      flood.flooded.to, ...flood.halfOpen.map((one) => one.at), ...flood.calls.map((one) => one.began + (one.lasted || 0)),
      ...((series && series.cookies) || []).map((one) => one[0])])),
    most: Math.max(1, ...floods.map(({ flood }) => flood.peak)),
    sums: Math.max(1, ...floods.flatMap(({ flood, series }) => [
      flood.offered, ...((series && series.cookies) || []).map((one) => one[1])])),
  };
}

function floodFigure(flood, series, width, scale = floodScale([{ flood, series }])) {
  const left = width < PHONE ? 56 : 64, right = width - 10;
  const { end, most, sums } = scale;
  const x = (time) => left + ((right - left) * time) / end;
  const shapes = [];
  let y = 16;
  // A part of the figure, from `top` to its base line.
  function panel(height, title) {
    const top = y, base = y + height;
    y = base + 24;
    shapes.push(svg("rect", {
      class: "flooded", x: x(flood.flooded.from), width: Math.max(1, x(flood.flooded.to) - x(flood.flooded.from)), y: top, height,
    }));
    shapes.push(svg("line", { class: "axis", x1: left, x2: right, y1: base, y2: base }));
    shapes.push(svg("text", { class: "faint halo", x: left + 4, y: top - 4 }, title));
    return { top, base, level: (part) => base - (height - 6) * part };
  }
  const line = (points) => points.map(([at, level]) => `${x(at).toFixed(1)} ${level.toFixed(1)}`).join("L");
  const mark = (level, words) => shapes.push(svg("text", { class: "faint", x: left - 6, y: level + 4, "text-anchor": "end" }, words));

  if (series && series.offered.length > 1) {
    const part = panel(72, "SYNs offered ─  cookies sent ┄  (sums)");
    const level = (sum) => part.level(sum / sums);
    const whole = (points) => points.length ? [...points, [end, points[points.length - 1][1]]] : [];
    for (const [kind, points] of [["offered", series.offered], ["cookies", series.cookies]]) {
      if (points.length) shapes.push(svg("path", { class: `curve ${kind}`, d: `M${line(whole(points).map(([at, sum]) => [at, level(sum)]))}` }));
    }
    mark(level(sums), short(sums));
  }
  const queue = panel(104, `half-open connections of ${flood.listener}`);
  const points = flood.halfOpen.map((one) => [one.at, queue.level(one.value / most)]);
  if (points.length) {
    shapes.push(svg("path", { class: "area", d: `M${x(points[0][0])} ${queue.base}L${line(points)}L${x(points[points.length - 1][0])} ${queue.base}z` }),
      svg("path", { class: "curve", d: `M${line(points)}` }));
  }
  mark(queue.level(1), short(most));
  if (flood.calls.length) calls(panel(112, "each call of a client: how long it took"));
  const phases = flood.phases.map((phase) => `${phase.name} the flood ${phase.prompt} of ${phase.calls} connected at once`).join(", ");
  const ticks = width < PHONE ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
  const times = ticks.map((part) => svg("text", {
    class: "faint", x: x(end * part), y: y - 8, "text-anchor": part === 0 ? "start" : part === 1 ? "end" : "middle",
  }, `${fixed(end * part, 1)} s`));

  function calls(part) {
    const level = (lasted) => part.level((Math.log10(Math.min(Math.max(lasted, 1e6), 3e10)) - 6) / 4.5);
    for (const value of [1e6, 1e7, 1e8, 1e9, 1e10]) {
      shapes.push(svg("line", { class: "axis", x1: left, x2: right, y1: level(value), y2: level(value) }));
      mark(level(value), value < SECOND ? `${value / 1e6} ms` : `${value / SECOND} s`);
    }
    for (const call of flood.calls) {
      const lasted = call.lasted === undefined ? end - call.began : call.lasted;
      const kind = !call.connected ? "failed" : lasted < SECOND ? "prompt" : "late";
      const at = [x(call.began), level(lasted)];
      const words = svg("title", {}, `${call.connected ? "connected" : "not connected"} after ${lasts(lasted)}`);
      shapes.push(kind === "prompt" ? svg("circle", { class: kind, cx: at[0], cy: at[1], r: 2.6 }, words)
        : svg("text", { class: kind, x: at[0], y: at[1] + 4, "text-anchor": "middle" }, kind === "late" ? "▲" : "✗", words));
    }
  }
  return html("figure", { class: "flood" },
    svg("svg", { viewBox: `0 0 ${width} ${y}`, role: "img", "aria-label": `A flood, half-open connections and the clients' calls over time: ${phases}` }, shapes, times),
    html("figcaption", {}, `${count(flood.offered)} SYNs offered while it is shaded, ${count(flood.cookiesSent)} cookies sent, `
      + `${count(flood.dropped)} dropped.` + (flood.calls.length ? ` Calls: ● connected with the first SYN, ▲ later, ✗ not at all; ${phases}.` : "")));
}

const short = (number) => number < 10000 ? count(number) : `${(number / 1000).toFixed(0)}k`;
