// The page of a comparison: whether it is explained, by what, and each instance that changed.

const SAYS = {
  pass: data.groups.length ? "Every change is explained." : "Nothing changed.",
  fail: "Some changes have no explanation.",
  inconclusive: "Every change that was seen is explained, but not everything could be compared.",
};
const absent = (value) => value === undefined || value === null ? "absent" : value;
const instances = new Map(data.instances.map((one) => [one.name, one]));

function instanceLinks(names) {
  const link = (name) => instances.has(name) ? html("a", { href: `#${encodeURIComponent(name)}` }, name) : name;
  const list = (some) => some.map((name, index) => [index ? ", " : "", link(name)]);
  if (names.length <= 4) return list(names);
  return html("details", {}, html("summary", {}, `▸ ${names.length} instances`), html("p", {}, list(names)));
}

function lineView(line) {
  return html("li", {},
    html("span", { class: "kind" }, line.kind), " ", html("b", {}, line.what.join(", ")), line.cause ? html("span", { class: "faint" }, ` – ${line.cause}`) : null,
    html("dl", { class: "two" },
      html("dt", { class: "before" }, `${SIGN.before} before`), html("dd", {}, absent(line.before)),
      html("dt", { class: "after" }, `${SIGN.after} after`), html("dd", {}, absent(line.after)),
      line.instances.length ? [html("dt", {}, "in"), html("dd", {}, instanceLinks(line.instances))] : null));
}

function rulesView(rules) {
  if (!rules.length) return null;
  const terms = rules.length === 1 ? ["rule"] : SIDES.map((side) => `${SIGN[side]} rule ${side}`);
  return html("dl", {}, rules.map((rule, index) => [html("dt", { class: rules.length > 1 ? SIDES[index] : "" }, terms[index]), html("dd", {}, rule)]));
}

function groupView(group, index) {
  const details = foldable(`group-${index + 1}`, [
    html("span", { class: `mark ${group.isExplained ? "pass" : "fail"}` }, MARK[group.isExplained ? "pass" : "fail"]),
    html("span", { class: "name words" }, group.heading),
    html("span", { class: "time" }, `${group.lines.length} ${group.lines.length === 1 ? "change" : "changes"}`),
  ], () => [rulesView(group.rules), html("ul", { class: "changes" }, group.lines.map(lineView))]);
  if (!group.isExplained) details.open = true;
  return details;
}

// Findings of both runs beside one another; those that say the same are told once.
function findingsView(pair) {
  const [before, after] = SIDES.map((side) => pair[side].judgement);
  const words = (finding) => JSON.stringify([finding.verdict, finding.expected, finding.seen]);
  return before.findings.map((finding, index) => {
    const other = after.findings[index];
    if (!other) return null;
    if (words(finding) === words(other)) return null;
    const verdicts = [standing(finding.verdict, before), standing(other.verdict, after)];
    return html("section", {}, html("h3", {}, other.title),
      table(["", "verdict", "expected", "seen"], [finding, other].map((one, side) => html("tr", {},
        html("td", { class: SIDES[side] }, `${SIGN[SIDES[side]]} ${SIDES[side]}`), html("td", { class: verdicts[side] }, `${MARK[verdicts[side]]} ${WORD[verdicts[side]]}`),
        html("td", { class: "long" }, one.expected), html("td", { class: "long" }, one.seen)))));
  });
}

function sysctlChanges(pair) {
  const listed = SIDES.map((side) => new Map(pair[side].extras.sysctls.map((one) => [`${one.host} ${one.key}`, one.value])));
  const keys = [...new Set(listed.flatMap((one) => [...one.keys()]))].filter((key) => listed[0].get(key) !== listed[1].get(key)).sort();
  if (!keys.length) return null;
  return [html("h3", {}, "Sysctls that differ"), table(["host", "sysctl", ...SIDES], keys.map((key) =>
    cells([...key.split(" "), ...listed.map((one) => one.get(key) || "as the kernel has it")])))];
}

function floodViews(pair, width) {
  const floods = SIDES.map((side) => ({ side, flood: pair[side].judgement.flood, series: pair[side].extras.flood })).filter((one) => one.flood);
  if (!floods.length) return null;
  const scale = floodScale(floods);
  return floods.map(({ side, flood, series }) => [html("h3", { class: side }, `${SIGN[side]} ${side}`), floodFigure(flood, series, width, scale)]);
}

function instanceBody(instance, width) {
  const { pair, changes } = instance;
  const rows = html("ul", { class: "changes" }, changes.map(({ group, line }) => html("li", {}, lineView(line).childNodes.length
    ? [...lineView(line).childNodes] : null, html("a", { class: "why", href: `#group-${group + 1}` }, `why: ${data.groups[group].heading}`))));
  if (!pair) return [html("p", {}, "The records of this instance are gone."), rows];
  return [
    pair.after.judgement.summary ? html("p", {}, pair.after.judgement.summary) : null,
    floodViews(pair, width) || [stripFigure(pair, width), overlayFigure(pair, width)],
    html("h3", {}, "What changed"), rows,
    findingsView(pair), sysctlChanges(pair),
    html("p", { class: "facts" }, SIDES.map((side) => [html("b", {}, `${SIGN[side]} ${side}: `), linkList(pair[side].extras.links), " "])),
  ];
}

function instanceView(instance) {
  const isExplained = instance.changes.every(({ group }) => data.groups[group].isExplained);
  const verdict = isExplained ? "pass" : "fail";
  const number = instance.changes.length;
  return foldable(instance.name, [
    html("span", { class: `mark ${verdict}` }, MARK[verdict]), html("span", { class: "name" }, instance.name),
    html("span", { class: verdict }, isExplained ? "explained" : "unexplained"), html("span", { class: "time" }, `${number} ${number === 1 ? "change" : "changes"}`),
  ], (width) => instanceBody(instance, width));
}

const groupViews = data.groups.map((group, index) => {
  // What nobody can explain, and what instances show, comes before how the kernels differ by themselves.
  const isSeen = !group.isExplained || group.lines.some((line) => line.instances.length);
  return { isSeen, element: groupView(group, index) };
});
const grouped = (isSeen) => groupViews.filter((one) => one.isSeen === isSeen).map((one) => one.element);
const instanceViews = data.instances.map(instanceView);
const section = (title, elements, verdict) =>
  elements.length ? html("section", {}, html("h2", { class: verdict }, title), elements) : null;
const several = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
document.body.append(
  html("header", {}, html("h1", {}, "tcpfault compare"),
    html("p", { class: `why-box ${data.verdict}` }, html("b", {}, `${MARK[data.verdict]} ${data.headline}`), html("br"), html("span", {}, SAYS[data.verdict])),
    html("dl", {}, SIDES.map((side, index) => [html("dt", { class: side }, `${SIGN[side]} ${side}`), html("dd", {}, data.sides[index])]))),
  html("main", {},
    section("What changed, and why", grouped(true)),
    section(`${several(instanceViews.length, "instance")} that changed`, instanceViews),
    section("How the kernels differ by themselves", grouped(false)),
    section("Not compared", data.unsure.length ? [html("ul", {}, data.unsure.map(([name, reason]) =>
      html("li", {}, html("span", { class: "inconclusive" }, MARK.inconclusive), " ", html("code", {}, name), `: ${reason}`)))] : [], "inconclusive"),
    section(`The same in both: ${several(data.same.length, "instance")}`, data.same.length
      ? [html("p", { class: "names" }, data.same.map((name, index) => [index ? ", " : "", html("code", {}, name)]))] : [])));
// What says most is open.
const first = data.instances.findIndex((one) => one.changes.some(({ group }) => !data.groups[group].isExplained));
if (instanceViews.length) instanceViews[Math.max(0, first)].open = true;
startFolding((one) => instances.has(one.name));
