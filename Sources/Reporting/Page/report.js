// The page of a report: what failed first, each instance with its pictures.

const report = data.report;
const instances = report.outcomes.map((outcome, index) => {
  const [verdict, reason] = data.standings[index];
  const extras = data.extras[index] || { sysctls: [], links: [] };
  return {
    verdict, reason, extras, judgement: outcome.judgement,
    name: (outcome.kernel ? `${outcome.kernel}/` : "") + outcome.judgement.instance,
  };
});

function body(instance, width) {
  const { judgement, verdict, reason, extras } = instance;
  const pinned = extras.sysctls.filter((one) => !one.isOwn);
  return [
    judgement.summary ? html("p", {}, judgement.summary) : null,
    reason ? html("p", { class: `why-box ${verdict}` }, html("span", {}, reason)) : null,
    judgement.flood ? floodFigure(judgement.flood, extras.flood, width) : null,
    extras.ladder && extras.ladder.rungs.length ? [ladderFigure(extras.ladder, judgement, width), stateTable(extras.ladder)] : null,
    judgement.findings.map((finding) => findingView(finding, judgement)),
    proofView(judgement),
    sysctlView("Sysctls that the scenario sets", extras.sysctls.filter((one) => one.isOwn)),
    pinned.length ? html("details", {}, html("summary", {}, `▸ ${pinned.length} sysctls that every run sets`), sysctlView("", pinned)) : null,
    html("p", { class: "facts" }, `Linux ${judgement.kernel}. `, linkList(extras.links)),
  ];
}

function view(instance) {
  return instance.details = foldable(instance.name, [
    html("span", { class: `mark ${instance.verdict}`, title: WORD[instance.verdict] }, MARK[instance.verdict]),
    html("span", { class: "name" }, instance.name), html("span", { class: instance.verdict }, WORD[instance.verdict]),
    html("span", { class: "time" }, lasts(instance.judgement.duration)),
    instance.reason ? html("span", { class: "why" }, instance.reason) : null,
  ], (width) => body(instance, width));
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
    let found = 0;
    for (const one of own) {
      const text = `${one.name} ${one.reason || ""}`.toLowerCase();
      const isIn = words.every((word) => text.includes(word));
      one.details.hidden = !isIn;
      if (isIn) found += 1;
    }
    element.hidden = !shown.has(verdict) || found === 0;
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

// What went wrong is open at once, unless there is too much of it.
const wrong = instances.filter((one) => one.verdict === "fail" || one.verdict === "inconclusive");
for (const one of wrong.slice(0, 3)) one.details.open = true;
if (instances.length === 1) instances[0].details.open = true;
startFolding((one) => wrong.some(({ details }) => details === one.details));
