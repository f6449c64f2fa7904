// An axis of time that runs down. Each rung has a row, so that what came at once can be read. A silence between two rungs is
// drawn by its logarithm, so that 100 ms and a minute can both be seen, and is told where it is longer than most.

const ROW = 26, QUIET = 0.05 * SECOND, TOLD = 1.5;

// `rungs` must be in order of `at`; each gets its `y`.
function timeAxis(rungs, top, room = 640) {
  const gaps = rungs.slice(1).map((rung, index) => rung.at - rungs[index].at);
  const quiet = gaps.filter((gap) => gap >= QUIET).sort((a, b) => a - b);
  const unit = Math.min(SECOND, ...quiet.slice(quiet.length >> 1, (quiet.length >> 1) + 1));
  const units = gaps.map((gap) => gap < QUIET ? 0 : Math.log2(1 + gap / unit));
  // As much room for a silence as there is: a window beside an arrow should be seen to be beside it.
  const scale = Math.max(24, Math.min(60, room / Math.max(1, units.reduce((sum, one) => sum + one, 0))));
  const silences = [];
  let y = top;
  rungs.forEach((rung, index) => {
    if (index) {
      const extra = units[index - 1] * scale;
      if (gaps[index - 1] > TOLD * unit && extra) silences.push({ y: y + (ROW + extra) / 2, gap: gaps[index - 1] });
      y += ROW + extra;
    }
    rung.y = y;
  });
  const bottom = y;

  // Where a time stands, seen from a rung: through all rungs between, but for those that came with it.
  function place(rung, seen, time) {
    const way = time < seen ? -1 : 1;
    const beyond = rungs.filter((one) => (one.at - rung.at) * way >= QUIET);
    if (way < 0) beyond.reverse();
    let base = { at: seen, y: rung.y };
    for (const next of beyond) {
      const slope = (next.y - base.y) / (next.at - base.at || way);
      if ((next.at - time) * way >= 0) return base.y + (time - base.at) * slope;
      base = next;
    }
    return base.y + ((time - base.at) * scale) / unit;
  }

  // Where a time stands among all rungs.
  function at(time) {
    if (!rungs.length || time <= rungs[0].at) return top;
    for (let index = 1; index < rungs.length; index += 1) {
      const [one, next] = [rungs[index - 1], rungs[index]];
      if (time <= next.at) return one.y + ((next.y - one.y) * (time - one.at)) / (next.at - one.at || 1);
    }
    return Math.min(bottom + 30, bottom + ((time - rungs[rungs.length - 1].at) * scale) / unit);
  }
  return { bottom, silences, place, at };
}

// How long a silence lasted that is drawn shorter than it was.
function silenceShapes(axis, gutter) {
  const words = (gap) => gap < SECOND ? `${(gap / 1e6).toFixed(0)} ms` : `${fixed(gap, gap < 10 * SECOND ? 2 : 1)} s`;
  return axis.silences.map(({ y, gap }) =>
    svg("text", { class: "note", x: gutter - 8, y: y + 4, "text-anchor": "end" }, `⋮ ${words(gap)}`));
}

// The oracle's windows, each with the rung that fell, or should have fallen, into it. What never came is a rung of its own,
// and is added to `rungs`.
function windowsOf(ladder, judgement, rungs) {
  const windows = [];
  for (const finding of judgement.findings) {
    for (const row of finding.rows) {
      if (row.since === undefined || (!row.window && row.seen === undefined)) continue;
      const shift = row.since - ladder.origin;
      const verdict = standing(row.verdict, judgement);
      if (row.seen === undefined) {
        const ghost = { what: `no ${row.what}`, verdict, from: -1, to: -1, at: row.window.from + shift, kind: "missing", connection: "" };
        rungs.push(ghost);
        windows.push({ row, verdict, rung: ghost, seen: row.window.from });
        continue;
      }
      const at = row.seen + shift;
      const likeness = (rung) =>
        Math.abs(rung.at - at) + (row.what.startsWith(rung.what.split(" ")[0]) || rung.what.startsWith(row.what) ? 0 : 1e6);
      const rung = rungs.filter((one) => one.kind !== "missing").sort((a, b) => likeness(a) - likeness(b))[0];
      if (rung && likeness(rung) < 0.3 * SECOND) windows.push({ row, verdict, rung, seen: row.seen + rung.at - at });
    }
  }
  rungs.sort((a, b) => a.at - b.at);
  return windows;
}

// The rungs of a ladder, each with a time.
function rungsOf(ladder) {
  let last = 0;
  return ladder.rungs.map(([what, from, to, at, kind, connection]) => {
    last = at < 0 ? last : at;
    return { what, from, to, at: last, kind, connection };
  });
}
