// Two ladders over one another on one axis of time. What both runs have is drawn once, in the middle. Of the rest, before is
// hollow and at the left, after is filled and at the right; each says its word.

const SIDES = ["before", "after"];
const SIGN = { before: "◇", after: "◆" };

// Both sides of an instance with common columns.
function sidesOf(pair) {
  const hosts = [...new Set(SIDES.flatMap((side) => pair[side].extras.ladder.hosts))];
  return {
    hosts,
    sides: SIDES.map((side) => {
      const { judgement, extras: { ladder } } = pair[side];
      const column = (index) => index < 0 ? index : hosts.indexOf(ladder.hosts[index]);
      const rungs = rungsOf(ladder);
      const windows = windowsOf(ladder, judgement, rungs);
      for (const rung of rungs) Object.assign(rung, { side, from: column(rung.from), to: column(rung.to) });
      const lanes = lanesOf(ladder).map((lane) => ({ ...lane, host: column(lane.host), side }));
      return { side, judgement, rungs, windows, lanes };
    }),
  };
}

// `SYN` and 3 of `SYN 3`.
function numbered(what) {
  const [, base, number] = /^(.*?)(?: (\d+))?$/.exec(what);
  return { base, number: number || "1" };
}

// By as much two timers of one length may differ: a granule, and what a machine is late.
const nearly = (one, other) => Math.abs(one - other) <= 0.02 * SECOND + Math.min(one, other) / 64;

// The rungs of both, those that are the same as one. Each gets `merged`.
function mergedRungs([before, after]) {
  const key = (rung) => [numbered(rung.what).base, rung.from, rung.to, rung.kind, rung.connection].join("|");
  const open = new Set(after.rungs);
  const merged = before.rungs.map((rung) => {
    const like = [...open].filter((other) => key(other) === key(rung) && nearly(rung.at, other.at))
      .sort((a, b) => Math.abs(a.at - rung.at) - Math.abs(b.at - rung.at))[0];
    if (!like) return rung.merged = { ...rung };
    open.delete(like);
    const [one, other] = [numbered(rung.what), numbered(like.what)];
    const what = one.number === other.number ? rung.what : `${one.base}: ${one.number} before, ${other.number} after`;
    return rung.merged = like.merged = { ...rung, what, side: "both", later: like.at };
  });
  for (const rung of open) merged.push(rung.merged = { ...rung });
  return merged.sort((a, b) => a.at - b.at);
}

function overlayFigure(pair, width) {
  const { hosts, sides } = sidesOf(pair);
  const merged = mergedRungs(sides);
  if (!merged.length) return null;
  const isSame = merged.every((one) => one.side === "both");
  const gutter = gutterOf(width);
  const rooms = hosts.map((_, host) => {
    const lanes = sides.map((side) => side.lanes.filter((lane) => lane.host === host));
    // More than one connection a side would be more than anybody tells apart here.
    const isShown = lanes.every((own) => own.length < 2) && (host === 0 || host === hosts.length - 1);
    const shown = isShown ? lanes.flat() : [];
    return { lanes: shown, left: 0, isNamed: false, width: shown.length ? 2 * LANE + 2 : 0 };
  });
  const columns = columnsOf(hosts, rooms, width, gutter);
  const [left, right] = [columns[0], columns.length > 1 ? columns[columns.length - 1] : width - 14];
  const middle = (left + right) / 2;
  const axis = timeAxis(merged, 66);
  const height = axis.bottom + 34;
  let shown = "";
  const drawn = merged.map((rung) => {
    const [own, other] = [fixed(rung.at), fixed(rung.later === undefined ? rung.at : rung.later)];
    const time = own === other ? clockWords(rung.at) : `≈ ${fixed((rung.at + rung.later) / 2, 2)} s`;
    const clock = rung.kind === "missing" || time === shown ? null
      : svg("text", { class: "faint", x: gutter - 8, y: rung.y + 4, "text-anchor": "end" },
        own === other ? null : svg("title", {}, `${own} s before, ${other} s after`), time);
    if (clock) shown = time;
    const isState = rung.what in STATES && rung.what !== "gone" && rooms.some((room) => room.lanes.length);
    const words = rung.side === "both" ? rung.what : [`${SIGN[rung.side]} ${rung.side}: ${rung.what}`, `${SIGN[rung.side]} ${rung.what}`];
    const lay = { both: "middle", before: "start", after: "end" }[rung.side];
    return [clock, isState && rung.side === "both" ? null : rungShape(rung, words, columns, rung.side, lay)];
  });
  const bands = sides.map(({ side, windows }) => {
    const [from, to] = isSame ? [left - 8, right + 8] : side === "before" ? [left - 8, middle - 2] : [middle + 2, right + 8];
    return { side, ...bandShapes(windows, axis, from, to, height, (one) => ({ at: one.rung.at, y: one.rung.merged.y })) };
  });
  const legend = isSame ? [] : [
    svg("text", { class: "before", x: left + 9, y: 38, "text-anchor": "start" }, `${SIGN.before} before`),
    width < PHONE ? null : svg("text", { class: "faint", x: middle, y: 38, "text-anchor": "middle" }, "in both"),
    svg("text", { class: "after", x: right - 9, y: 38, "text-anchor": "end" }, `after ${SIGN.after}`),
  ];
  const lanes = rooms.map((room, host) => {
    const way = host === 0 ? -1 : 1;
    const signs = room.lanes.map((lane, index) => svg("text", {
      class: lane.side, x: columns[host] + way * (9 + index * LANE + BAR / 2), y: 38, "text-anchor": "middle",
    }, SIGN[lane.side]));
    return [signs, stateShapes(room, columns[host], way, axis, height - 6)];
  });
  return html("figure", { class: "overlay" },
    svg("svg", {
      viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": `Two ladders on one axis of time: ${SIDES.map((side) => `${side} ${count(pair[side].extras.ladder.rungs.length)} packets and calls`).join(", ")}`,
    }, bands.map(({ side, bands: shapes }) => svg("g", { class: isSame ? "" : side }, shapes)), columns.map((x) => svg("line", { class: "column", x1: x, x2: x, y1: 46, y2: height - 6 })),
    silenceShapes(axis, gutter), lanes, drawn, bands.map(({ words }) => words), legend, headShapes(hosts, columns)),
    html("figcaption", {}, isSame
      ? "The packets and calls are the same in both runs, at times that the kernel's timers do not tell apart; they are drawn once."
      : "What both runs have is drawn once, in the middle. ◇ hollow and at the left: only before. ◆ filled and at the right: only "
        + "after. The dashed boxes are when the oracle expected something, before in the left half, after in the right one. "
        + "A dashed arrow with a cross is a lost packet."));
}

// ---- The whole at a glance: a line for each run, on an axis of time that shows a millisecond and a minute.

function stripFigure(pair, width) {
  const { sides } = sidesOf(pair);
  const last = Math.max(...sides.flatMap(({ rungs }) => rungs.map((one) => one.at)), 1);
  const near = Math.min(SECOND, last / 60);
  const [left, right] = [10, width - 14];
  const x = (time) => left + ((right - left) * Math.log1p(Math.max(0, time) / near)) / Math.log1p(last / near);
  const y = 12, bottom = 42;
  const lines = sides.map(({ side, rungs, windows }) => {
    const told = pair[side].judgement.findings;
    const other = pair[side === "before" ? "after" : "before"].judgement.findings;
    const finding = told.find((one, at) => other[at] && other[at].seen !== one.seen) || told[0];
    const words = `${side}: ${finding ? finding.seen : ""}`;
    const isLast = side === "after";
    return [
      html("p", { class: `strip ${side}` }, html("b", {}, `${SIGN[side]} ${side}`), ` ${finding ? finding.seen : ""}`),
      svg("svg", { viewBox: `0 0 ${width} ${isLast ? bottom + 6 : 2 * y}`, role: "img", "aria-label": words },
        grid(isLast), svg("line", { class: "axis", x1: left, x2: right, y1: y, y2: y }),
        svg("g", { class: side }, windows.filter((one) => one.row.window).map(({ row, rung, seen }) => {
          const [from, to] = [row.window.from, row.window.to].map((time) => x(Math.min(last, time + rung.at - seen)));
          return svg("rect", { class: "window", x: from - 1, width: Math.max(3, to - from + 2), y: 1, height: 2 * y - 2, rx: 2 });
        })),
        rungs.filter((one) => one.kind !== "missing").map((one) => mark(one, x(one.at), side))),
    ];
  });
  function mark(rung, at, side) {
    const title = svg("title", {}, `${rung.what} at ${fixed(rung.at)} s`);
    if (rung.kind === "lost") return svg("text", { class: `cross ${side}`, x: at, y: y + 5, "text-anchor": "middle" }, "✗", title);
    if (rung.to < 0) return svg("rect", { class: `end ${side}`, x: at - 1.5, width: 3, y: y - 9, height: 18 }, title);
    return svg("circle", { class: `dot ${side}`, cx: at, cy: y, r: 4 }, title);
  }
  function grid(isTold) {
    let free = -Infinity;
    const steps = [0, ...[1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12].flatMap((one) => [one, 2 * one, 5 * one])];
    return steps.filter((time) => time <= last).map((time) => {
      const at = x(time);
      if (at < free) return null;
      free = at + 58;
      return [svg("line", { class: "axis", x1: at, x2: at, y1: 0, y2: 2 * y + 4 }),
        isTold ? svg("text", { class: "faint", x: Math.min(at, right - 12), y: bottom, "text-anchor": time ? "middle" : "start" },
          time < SECOND && time ? `${time / 1e6} ms` : `${time / SECOND} s`) : null];
    });
  }
  return html("figure", { class: "strips" }, lines,
    html("figcaption", {}, "Both runs on one logarithmic axis of time: ✗ a lost packet, ● one that came through, ▮ a call or a change of state."));
}
