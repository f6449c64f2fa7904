"use strict";
// Draws the document of this page. Nothing is fetched; an instance is drawn when it is opened.
(() => {
  const data = JSON.parse(document.getElementById("document").textContent);
  const report = data.report;
  const VERDICTS = ["fail", "inconclusive", "pass", "skip"];
  const MARK = { pass: "✓", fail: "✗", inconclusive: "?", skip: "–" };
  const WORD = { pass: "passed", fail: "failed", inconclusive: "inconclusive", skip: "skipped" };
  const SECOND = 1e9;

  function make(space, tag, attributes, children) {
    const element = space ? document.createElementNS(space, tag) : document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat(9).filter((child) => child !== undefined && child !== null && child !== ""));
    return element;
  }
  const html = (tag, attributes, ...children) => make(null, tag, attributes, children);
  const svg = (tag, attributes, ...children) => make("http://www.w3.org/2000/svg", tag, attributes, children);

  const fixed = (nanoseconds, digits = 3) => (nanoseconds / SECOND).toFixed(digits).replace(/^-(?=[0.]*$)/, "");
  function lasts(nanoseconds) {
    if (!nanoseconds) return "";
    if (nanoseconds < SECOND) return `${(nanoseconds / 1e6).toFixed(1)} ms`;
    return `${fixed(nanoseconds, nanoseconds < 100 * SECOND ? 2 : 0)} s`;
  }
  const span = (window) =>
    window.from === window.to ? `${fixed(window.from)} s` : `${fixed(window.from)}–${fixed(window.to)} s`;

  const instances = report.outcomes.map((outcome, index) => {
    const [verdict, reason] = data.standings[index];
    const judgement = outcome.judgement;
    return {
      verdict, reason, judgement, ladder: data.ladders[index],
      sysctls: data.sysctls[index], links: data.links[index],
      name: (outcome.kernel ? `${outcome.kernel}/` : "") + judgement.instance,
    };
  });
  const standing = (verdict, judgement) =>
    verdict === "fail" && judgement.verdict === "inconclusive" ? "inconclusive" : verdict;

  // ---- The ladder: time runs down. Silences are true to scale up to a limit, and cut where they are longer.

  const ROW = 26, QUIET = 0.05 * SECOND, MOST = 4, CUT = 90;

  function ladderFigure(instance, width) {
    const { ladder, judgement } = instance;
    const gutter = width < 520 ? 62 : 86;
    const columns = ladder.hosts.map((_, index) =>
      ladder.hosts.length < 2 ? gutter + 20 : gutter + 14 + ((width - gutter - 28) * index) / (ladder.hosts.length - 1));
    const left = columns[0], right = columns.length > 1 ? columns[columns.length - 1] : width - 14;
    const rungs = ladder.rungs.map(([what, from, to, at, kind, connection]) => ({ what, from, to, at, kind, connection }));
    let last = 0;
    for (const rung of rungs) last = rung.at = rung.at < 0 ? last : rung.at;

    // Each window with the rung that fell, or should have fallen, into it.
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

    const gaps = rungs.slice(1).map((rung, index) => rung.at - rungs[index].at);
    const unit = Math.min(...gaps.filter((gap) => gap >= QUIET), SECOND);
    // As much room for a silence as there is: a window beside an arrow should be seen to be beside it.
    const units = gaps.filter((gap) => gap >= QUIET && gap <= MOST * unit).map((gap) => gap / unit);
    const UNIT = Math.max(30, Math.min(120, 700 / Math.max(1, units.reduce((sum, one) => sum + one, 0))));
    const breaks = [];
    let y = 46;
    rungs.forEach((rung, index) => {
      const gap = index ? gaps[index - 1] : 0;
      if (index) {
        const isCut = gap > MOST * unit;
        const extra = isCut ? CUT : gap < QUIET ? 0 : (gap / unit) * UNIT;
        if (isCut) breaks.push({ y: y + (ROW + extra) / 2, gap });
        y += ROW + extra;
      }
      rung.y = y;
    });
    const height = y + 44;
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
      return base.y + ((time - base.at) * UNIT) / unit;
    }

    const bands = windows.filter((one) => one.row.window).map(({ row, verdict, rung, seen }) => {
      // The rung's own time is on the ladder's axis, the row's is counted from somewhere else.
      const shift = rung.at - seen;
      const [from, to] = [row.window.from, row.window.to].map((time) => place(rung, rung.at, time + shift));
      const top = Math.max(30, Math.min(from, height - 8));
      const bottom = Math.max(top + 9, Math.min(to, height - 4));
      const isPoint = bottom - top < 10;
      const words = `${row.what}: expected ${span(row.window)}` + (row.seen === undefined ? ", never seen" : `, seen ${fixed(row.seen)} s`);
      return [
        svg("rect", {
          class: `window ${verdict === "pass" ? "" : `outside ${verdict}`}`, x: left - 8, width: right - left + 16, rx: 3,
          y: isPoint ? top - 4.5 : top, height: Math.max(9, bottom - top),
        }, svg("title", {}, words)),
        verdict === "pass" ? null : svg("text", { class: `bad halo ${verdict}`, x: right, y: bottom + 12, "text-anchor": "end" },
          `${MARK[verdict]} ${row.what}: ${span(row.window)}`),
      ];
    });

    let shown = "";
    const drawn = rungs.map((rung) => {
      const time = `${fixed(rung.at)} s`;
      const clock = rung.kind === "missing" || time === shown ? null
        : svg("text", { class: "faint", x: gutter - 8, y: rung.y + 4, "text-anchor": "end" }, time);
      if (clock) shown = time;
      return [clock, rungShape(rung, columns, ladder, instance)];
    });
    const heads = ladder.hosts.map((host, index) => svg("text", {
      class: "head", x: columns[index], y: 16,
      "text-anchor": index === 0 ? "start" : index === columns.length - 1 ? "end" : "middle",
    }, host));
    const lines = columns.map((x) => svg("line", { class: "column", x1: x, x2: x, y1: 24, y2: height - 6 }));
    const cuts = breaks.map(({ y: at, gap }) => [
      svg("path", { class: "gap", d: `M${gutter - 4} ${at}H${width - 6}` }),
      svg("text", { class: "note halo", x: gutter - 8, y: at + 4, "text-anchor": "end" }, `⋮ ${lasts(gap)}`),
    ]);
    const count = ladder.rungs.length;
    return html("figure", {},
      svg("svg", {
        viewBox: `0 0 ${width} ${height}`, role: "img",
        "aria-label": `Ladder of ${count} packets and calls between ${ladder.hosts.join(", ")}; the tables below say the same`,
      }, bands, lines, cuts, drawn, heads),
      html("figcaption", {}, "Time runs down and is true to scale; dotted lines are silences that were cut. Green, dashed boxes "
        + "are when the oracle expected something; where it did not come in time they have its name and the window. A dashed arrow "
        + "with a cross is a lost packet."));
  }

  function rungShape(rung, columns, ladder, instance) {
    const many = new Set(ladder.rungs.map((one) => one[5]).filter(Boolean)).size > 1;
    const words = rung.what + (many && rung.connection ? ` · ${rung.connection}` : "");
    if (rung.kind === "missing") {
      return svg("text", { class: `bad halo ${rung.verdict}`, x: (columns[0] + columns[columns.length - 1]) / 2, y: rung.y + 4, "text-anchor": "middle" }, `${MARK[rung.verdict]} ${words}`);
    }
    const x = columns[rung.from];
    if (x === undefined) {
      return svg("text", { class: "note halo", x: (columns[0] + columns[columns.length - 1]) / 2, y: rung.y + 4, "text-anchor": "middle" }, words);
    }
    const to = columns[rung.to];
    if (to === undefined || to === x) {
      const isLast = rung.from === columns.length - 1 && columns.length > 1;
      return [
        svg("circle", { class: "dot", cx: x, cy: rung.y, r: 3.2 }),
        svg("text", { class: "halo", x: isLast ? x - 9 : x + 9, y: rung.y + 4, "text-anchor": isLast ? "end" : "start" }, words),
      ];
    }
    const way = to > x ? 1 : -1;
    const isLost = rung.kind === "lost";
    const end = isLost ? x + (to - x) * 0.86 : to - way * 1;
    return [
      svg("line", { class: `arrow ${rung.kind}`, x1: x, x2: end - (isLost ? way * 7 : way * 7), y1: rung.y, y2: rung.y }),
      isLost ? svg("text", { class: "cross halo", x: end, y: rung.y + 5, "text-anchor": "middle" }, "✗")
        : svg("path", { class: "tip", d: `M${end} ${rung.y}l${-way * 9} -4.5v9z` }),
      svg("text", { class: "halo", x: (x + end) / 2, y: rung.y - 5, "text-anchor": "middle" }, isLost ? `${words} (lost)` : words),
    ];
  }

  // ---- The flood: one axis of time; half-open connections above, each call of a client below.

  function floodFigure(flood, width) {
    const left = width < 520 ? 44 : 60, right = width - 10, top = 16, middle = 136, foot = 150, bottom = 260;
    const end = Math.max(...flood.halfOpen.map((one) => one.at), ...flood.calls.map((one) => one.began + (one.lasted || 0)), flood.flooded.to, 1);
    const x = (time) => left + ((right - left) * time) / end;
    const most = Math.max(flood.peak, 1);
    const height = (value) => middle - ((middle - top) * value) / most;
    const points = flood.halfOpen.map((one) => `${x(one.at).toFixed(1)} ${height(one.value).toFixed(1)}`);
    const scale = [1e6, 1e7, 1e8, 1e9, 1e10];
    const level = (lasted) => bottom - ((bottom - foot) * (Math.log10(Math.min(Math.max(lasted, 1e6), 3e10)) - 6)) / 4.5;
    const calls = flood.calls.map((call) => {
      const lasted = call.lasted === undefined ? end - call.began : call.lasted;
      const kind = !call.connected ? "failed" : lasted < SECOND ? "prompt" : "late";
      const at = [x(call.began), level(lasted)];
      const words = `${call.connected ? "connected" : "not connected"} after ${lasts(lasted)}`;
      const shape = kind === "prompt" ? svg("circle", { class: kind, cx: at[0], cy: at[1], r: 2.6 }, svg("title", {}, words))
        : svg("text", { class: kind, x: at[0], y: at[1] + 4, "text-anchor": "middle" }, kind === "late" ? "▲" : "✗", svg("title", {}, words));
      return shape;
    });
    const phases = flood.phases.map((phase) => `${phase.name} the flood ${phase.prompt} of ${phase.calls} connected at once`).join(", ");
    return html("figure", {},
      svg("svg", { viewBox: `0 0 ${width} ${bottom + 40}`, role: "img", "aria-label": `Half-open connections and the clients' calls over time: ${phases}` },
        svg("rect", { class: "flooded", x: x(flood.flooded.from), width: Math.max(1, x(flood.flooded.to) - x(flood.flooded.from)), y: top, height: bottom - top }),
        points.length ? [svg("path", { class: "area", d: `M${x(flood.halfOpen[0].at)} ${middle}L${points.join("L")}L${x(flood.halfOpen[flood.halfOpen.length - 1].at)} ${middle}z` }),
          svg("path", { class: "curve", d: `M${points.join("L")}` })] : null,
        svg("line", { class: "axis", x1: left, x2: right, y1: middle, y2: middle }),
        svg("text", { class: "faint", x: left - 6, y: top + 8, "text-anchor": "end" }, `${flood.peak}`),
        svg("text", { class: "faint halo", x: left + 4, y: top + 8 }, `half-open, of ${flood.listener}`),
        scale.map((value) => [svg("line", { class: "axis", x1: left, x2: right, y1: level(value), y2: level(value) }),
          svg("text", { class: "faint", x: left - 6, y: level(value) + 4, "text-anchor": "end" }, value < SECOND ? `${value / 1e6} ms` : `${value / SECOND} s`)]),
        calls,
        [0, 0.25, 0.5, 0.75, 1].map((part) => svg("text", {
          class: "faint", x: x(end * part), y: bottom + 16, "text-anchor": part === 0 ? "start" : part === 1 ? "end" : "middle",
        }, `${fixed(end * part, 1)} s`))),
      html("figcaption", {}, `${flood.offered.toLocaleString("en")} SYNs offered (shaded), ${flood.cookiesSent.toLocaleString("en")} cookies sent, `
        + `${flood.dropped.toLocaleString("en")} dropped. Below, each call of a client by how long it took: ● with its first SYN, ▲ later, ✗ not at all; ${phases}.`));
  }

  // ---- What stands around the pictures.

  function findingView(finding, judgement) {
    const verdict = standing(finding.verdict, judgement);
    const rows = finding.rows.map((row) => {
      const own = standing(row.verdict, judgement);
      const expected = row.figure ? row.figure.expected : row.window ? span(row.window) : "not to happen";
      const seen = row.figure ? row.figure.seen : row.seen === undefined ? "not seen" : `${fixed(row.seen)} s`;
      return html("tr", { class: own }, html("td", {}, row.what), html("td", {}, expected), html("td", {}, seen),
        html("td", {}, own === "pass" ? "" : `${MARK[own]} ${own}`), html("td", {}, row.frame ? `frame ${row.frame}` : ""));
    });
    const place = finding.origin ? html("code", { class: "skip" }, `${finding.origin.file}:${finding.origin.line}`) : null;
    return html("section", {},
      html("h3", {}, html("span", { class: verdict }, MARK[verdict]), ` ${finding.title} `, place),
      html("dl", {}, html("dt", {}, "expected"), html("dd", {}, finding.expected), html("dt", {}, "seen"), html("dd", {}, finding.seen),
        finding.rule === "the scenario says so" ? null : [html("dt", {}, "rule"), html("dd", {}, finding.rule)]),
      rows.length ? html("div", { class: "scroll" }, html("table", {},
        html("tr", {}, ["", "expected", "seen", "", ""].map((title) => html("th", {}, title))), rows)) : null);
  }

  function sysctlView(title, sysctls) {
    if (!sysctls.length) return null;
    return [title ? html("h3", {}, title) : null, html("div", { class: "scroll" }, html("table", {},
      html("tr", {}, ["host", "sysctl", "value", "otherwise"].map((head) => html("th", {}, head))),
      sysctls.map((one) => html("tr", {}, [one.host, one.key, one.value, one.usual === undefined ? "–" : one.usual]
        .map((cell) => html("td", {}, cell))))))];
  }

  function body(instance, width) {
    const { judgement, verdict, reason } = instance;
    const pinned = instance.sysctls.filter((one) => !one.isOwn);
    const links = instance.links;
    return [
      judgement.summary ? html("p", {}, judgement.summary) : null,
      reason ? html("p", { class: `why-box ${verdict}` }, html("span", {}, reason)) : null,
      judgement.flood ? floodFigure(judgement.flood, width) : null,
      instance.ladder && instance.ladder.rungs.length ? ladderFigure(instance, width) : null,
      judgement.findings.map((finding) => findingView(finding, judgement)),
      judgement.proofs.length ? [html("h3", {}, "Faults"), html("dl", {}, judgement.proofs.map((proof) => [
        html("dt", {}, html("span", { class: standing(proof.verdict, judgement) }, MARK[standing(proof.verdict, judgement)]), ` ${proof.fault}`),
        html("dd", {}, proof.explanation)]))] : null,
      sysctlView("Sysctls that the scenario sets", instance.sysctls.filter((one) => one.isOwn)),
      pinned.length ? html("details", {}, html("summary", {}, `▸ ${pinned.length} sysctls that every run sets`), sysctlView("", pinned)) : null,
      html("p", { class: "facts" }, `Linux ${judgement.kernel}. `, links.map((link, index) =>
        [index ? " · " : "", html("a", { href: link }, link.split("/").pop())])),
    ];
  }

  function view(instance) {
    const content = html("div", { class: "body" });
    const details = html("details", { id: instance.name },
      html("summary", {}, html("span", { class: `mark ${instance.verdict}`, title: WORD[instance.verdict] }, MARK[instance.verdict]),
        html("span", { class: "name" }, instance.name), html("span", { class: instance.verdict }, WORD[instance.verdict]),
        html("span", { class: "time" }, lasts(instance.judgement.duration)),
        instance.reason ? html("span", { class: "why" }, instance.reason) : null),
      content);
    let drawnFor = 0;
    instance.draw = () => {
      const width = Math.round(Math.min(940, content.clientWidth - 32)) || 900;
      if (!details.open || width === drawnFor) return;
      drawnFor = width;
      content.replaceChildren(...html("div", {}, ...[body(instance, width)]).childNodes);
    };
    details.addEventListener("toggle", instance.draw);
    instance.details = details;
    return details;
  }

  const kernels = [...new Set(instances.map((one) => one.judgement.kernel))];
  const shown = new Set(VERDICTS);
  const search = html("input", { type: "search", placeholder: "name or reason", "aria-label": "Show only what has this in its name or reason" });
  const sections = VERDICTS.map((verdict) => {
    const own = instances.filter((one) => one.verdict === verdict);
    return { verdict, own, element: html("section", { hidden: own.length === 0 }, html("h2", { class: verdict }, `${own.length} ${WORD[verdict]}`), own.map(view)) };
  });
  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { verdict, own, element } of sections) {
      let count = 0;
      for (const one of own) {
        const text = `${one.name} ${one.reason || ""}`.toLowerCase();
        const isIn = words.every((word) => text.includes(word));
        one.details.hidden = !isIn;
        if (isIn) count += 1;
      }
      element.hidden = !shown.has(verdict) || count === 0;
    }
  }
  search.addEventListener("input", filter);
  const buttons = sections.filter(({ own }) => own.length).map(({ verdict, own }) => {
    const button = html("button", { type: "button", "aria-pressed": "true", class: verdict }, `${MARK[verdict]} ${own.length} ${WORD[verdict]}`);
    button.addEventListener("click", () => {
      if (!shown.delete(verdict)) shown.add(verdict);
      button.setAttribute("aria-pressed", String(shown.has(verdict)));
      filter();
    });
    return button;
  });
  document.body.append(
    html("header", {}, html("h1", {}, "tcpfault"),
      html("p", { class: "facts" }, [kernels.length ? `Linux ${kernels.join(", ")}` : "", report.started, report.wall ? `${lasts(report.wall)} in all` : "",
        report.stopped ? `stopped by ${report.stopped}` : "", report.mustFail ? "counter-runs: each passes when it went wrong" : ""].filter(Boolean).join(" · "))),
    html("div", { class: "filter" }, buttons, search),
    html("main", {}, sections.map(({ element }) => element)));

  // What went wrong is open at once, unless there is too much of it; so is what the address names.
  const wrong = instances.filter((one) => one.verdict === "fail" || one.verdict === "inconclusive");
  for (const one of wrong.slice(0, 3)) one.details.open = true;
  if (instances.length === 1) instances[0].details.open = true;
  const named = () => {
    const target = instances.find((one) => one.name === decodeURIComponent(location.hash.slice(1)));
    if (target) { target.details.open = true; target.details.scrollIntoView(); }
  };
  addEventListener("hashchange", named);
  named();
  addEventListener("resize", () => instances.forEach((one) => one.draw()));
  addEventListener("beforeprint", () => wrong.forEach((one) => { one.details.open = true; one.draw(); }));
})();
