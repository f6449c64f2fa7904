// The ladder of a run: hosts are columns, packets are arrows, the oracle's windows are bands behind them, and the states of
// sockets stand beside the columns.

const gutterOf = (width) => width < PHONE ? 70 : 92;

// Where the columns stand, with room for times at the left, and for states on both sides.
function columnsOf(hosts, rooms, width, gutter) {
  const first = rooms[0] ? rooms[0].width : 0;
  const last = hosts.length > 1 && rooms[hosts.length - 1] ? rooms[hosts.length - 1].width : 0;
  const [from, to] = [gutter + 12 + first, width - 10 - last];
  if (hosts.length < 2) return [from + 6];
  return hosts.map((_, index) => from + ((to - from) * index) / (hosts.length - 1));
}

function headShapes(hosts, columns) {
  const isOne = columns.length === 1;
  return hosts.map((host, index) => svg("text", {
    class: "head", x: columns[index], y: 16,
    "text-anchor": index === 0 || isOne ? "start" : index === columns.length - 1 ? "end" : "middle",
  }, host));
}

// Bands, and words for those that nothing came into in time; the words go over all else.
function bandShapes(windows, axis, left, right, height, rungFor = (one) => one.rung) {
  const shapes = windows.filter((one) => one.row.window).map((one) => {
    const { row, verdict, rung, seen } = one;
    // The rung's own time is on the ladder's axis, the row's is counted from somewhere else.
    const shift = rung.at - seen;
    const [from, to] = [row.window.from, row.window.to].map((time) => axis.place(rungFor(one), rung.at, time + shift));
    const top = Math.max(30, Math.min(from, height - 8));
    const bottom = Math.max(top + 9, Math.min(to, height - 4));
    const isPoint = bottom - top < 10;
    const words = `${row.what}: expected ${span(row.window)}` + (row.seen === undefined ? ", never seen" : `, seen ${fixed(row.seen)} s`);
    return [
      svg("rect", {
        class: `window ${verdict === "pass" ? "" : `outside ${verdict}`}`, x: left, width: right - left, rx: 3,
        y: isPoint ? top - 4.5 : top, height: Math.max(9, bottom - top),
      }, svg("title", {}, words)),
      verdict === "pass" ? null : svg("text", { class: `bad halo ${verdict}`, x: right - 8, y: bottom + 10, "text-anchor": "end" },
        fitted(`${MARK[verdict]} ${row.what}: ${span(row.window)}`, right - left)),
    ];
  });
  return { bands: shapes.map((one) => one[0]), words: shapes.map((one) => one[1]) };
}

function ladderFigure(ladder, judgement, width) {
  const gutter = gutterOf(width);
  const rooms = laneRoom(ladder, width);
  const columns = columnsOf(ladder.hosts, rooms, width, gutter);
  const left = columns[0], right = columns.length > 1 ? columns[columns.length - 1] : width - 14;
  const rungs = rungsOf(ladder);
  const windows = windowsOf(ladder, judgement, rungs);
  const axis = timeAxis(rungs, 46);
  const height = axis.bottom + 44;
  const many = new Set(ladder.rungs.map((one) => one[5]).filter(Boolean)).size > 1;
  // A state that has its name beside the column needs none within the ladder.
  const named = new Set(rooms.flatMap((room, host) => room.isNamed ? room.lanes.map((lane) => `${host} ${lane.connection}`) : []));
  let shown = "";
  const drawn = rungs.map((rung) => {
    const time = clockWords(rung.at);
    const clock = rung.kind === "missing" || time === shown ? null
      : svg("text", { class: "faint", x: gutter - 8, y: rung.y + 4, "text-anchor": "end" }, time);
    if (clock) shown = time;
    const isState = rung.what in STATES && rung.what !== "gone" && named.has(`${rung.from} ${rung.connection}`);
    const words = rung.what + (many && rung.connection ? ` · ${rung.connection}` : "");
    return [clock, isState ? null : rungShape(rung, words, columns)];
  });
  const more = rooms.reduce((sum, room) => sum + room.left, 0);
  const bottom = height - 6;
  const windowShapes = bandShapes(windows, axis, left - 8, right + 8, height);
  const lanes = rooms.map((room, host) => stateShapes(room, columns[host], host === 0 ? -1 : 1, axis, bottom));
  return html("figure", { class: "ladder" },
    svg("svg", {
      viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": `Ladder of ${ladder.rungs.length} packets and calls between ${ladder.hosts.join(", ")}; the tables below say the same`,
    }, windowShapes.bands,
    columns.map((x) => svg("line", { class: "column", x1: x, x2: x, y1: 24, y2: bottom })),
    silenceShapes(axis, gutter), lanes, drawn, windowShapes.words, headShapes(ladder.hosts, columns)),
    html("figcaption", {}, "Time runs down; a silence is drawn by its logarithm, and a longer one has its length beside it. Green, dashed boxes "
      + "are when the oracle expected something; where it did not come in time they have its name and the window. A dashed arrow "
      + "with a cross is a lost packet."
      + (rooms.some((room) => room.lanes.length) ? " Bars beside the columns are the states of the sockets, thin where the kernel was not asked in between." : "")
      + (more ? ` The states of ${more === 1 ? "one more socket" : `${more} sockets`} are in the table below.` : "")));
}

// An arrow or a dot, with `words` at it. `style` is a class of its own; `lay` says where the words stand.
function rungShape(rung, words, columns, style = "", lay = "middle") {
  const left = columns[0], right = columns[columns.length - 1];
  const middle = (left + right) / 2;
  if (rung.kind === "missing") {
    return svg("text", { class: `bad halo ${rung.verdict}`, x: middle, y: rung.y + 4, "text-anchor": "middle" }, `${MARK[rung.verdict]} ${words}`);
  }
  const x = columns[rung.from];
  if (x === undefined) {
    return svg("text", { class: `note halo ${style}`, x: middle, y: rung.y + 4, "text-anchor": "middle" }, fitted(words, right - left));
  }
  const to = columns[rung.to];
  if (to === undefined || to === x) {
    const [before, behind] = [x - left, columns.length > 1 ? right - x : Infinity];
    const isBefore = behind === 0 || before > behind && roomFor([words].flat().at(-1)) > behind;
    return [
      svg("circle", { class: `dot ${style}`, cx: x, cy: rung.y, r: 3.4 }),
      svg("text", { class: `halo ${style}`, x: isBefore ? x - 9 : x + 9, y: rung.y + 4, "text-anchor": isBefore ? "end" : "start" },
        fitted(words, Math.max(before, behind) === Infinity ? Infinity : (isBefore ? before : behind) - 10)),
    ];
  }
  const way = to > x ? 1 : -1;
  const isLost = rung.kind === "lost";
  const end = isLost ? x + (to - x) * 0.86 : to - way;
  const [low, high] = [Math.min(x, end), Math.max(x, end)];
  const place = lay === "start" ? low + 10 : lay === "end" ? high - 10 : (x + end) / 2;
  return [
    svg("line", { class: `arrow ${rung.kind} ${style}`, x1: x, x2: end - way * 7, y1: rung.y, y2: rung.y }),
    isLost ? svg("text", { class: `cross halo ${style}`, x: end, y: rung.y + 5, "text-anchor": "middle" }, "✗")
      : svg("path", { class: `tip ${style}`, d: `M${end} ${rung.y}l${-way * 9} -4.5v9z` }),
    svg("text", { class: `halo ${style}`, x: place, y: rung.y - 9, "text-anchor": lay },
      fitted(isLost ? [words].flat().flatMap((one) => [`${one} (lost)`, one]) : words, high - low)),
  ];
}

// Of a text in the figure's letters, which are all as wide.
const roomFor = (words) => words.length * 7.3 + 12;

// The first of several wordings that fits. What is too long is cut, and whole where somebody points at it.
function fitted(wordings, room) {
  const known = [wordings].flat();
  const words = known.find((one) => roomFor(one) <= room);
  if (words !== undefined) return words;
  const shortest = known[known.length - 1];
  return [`${shortest.slice(0, Math.max(3, Math.floor((room - 20) / 7.3)))}…`, svg("title", {}, known[0])];
}

// Seconds, no longer than there is room for beside the columns.
const clockWords = (time) => `${fixed(time, time < 100 * SECOND ? 3 : 2)} s`;
