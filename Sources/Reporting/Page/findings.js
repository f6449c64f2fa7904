// What was expected and seen, as tables.

function findingView(finding, judgement) {
  const verdict = standing(finding.verdict, judgement);
  const rows = finding.rows.map((row) => {
    const own = standing(row.verdict, judgement);
    const expected = row.figure ? row.figure.expected : row.window ? span(row.window) : "not to happen";
    const seen = row.figure ? row.figure.seen : row.seen === undefined ? "not seen" : `${fixed(row.seen)} s`;
    return cells([row.what, expected, seen, own === "pass" ? "" : `${MARK[own]} ${own}`, row.frame ? `frame ${row.frame}` : ""], { class: own });
  });
  const place = finding.origin ? html("code", { class: "skip" }, `${finding.origin.file}:${finding.origin.line}`) : null;
  return html("section", {},
    html("h3", {}, html("span", { class: verdict }, MARK[verdict]), ` ${finding.title} `, place),
    html("dl", {}, html("dt", {}, "expected"), html("dd", {}, finding.expected), html("dt", {}, "seen"), html("dd", {}, finding.seen),
      finding.rule === "the scenario says so" ? null : [html("dt", {}, "rule"), html("dd", {}, finding.rule)]),
    rows.length ? table(["", "expected", "seen", "", ""], rows) : null);
}

function proofView(judgement) {
  if (!judgement.proofs.length) return null;
  return [html("h3", {}, "Faults"), html("dl", {}, judgement.proofs.map((proof) => {
    const verdict = standing(proof.verdict, judgement);
    return [html("dt", {}, html("span", { class: verdict }, MARK[verdict]), ` ${proof.fault}`), html("dd", {}, proof.explanation)];
  }))];
}

function sysctlView(title, sysctls) {
  if (!sysctls.length) return null;
  return [title ? html("h3", {}, title) : null, table(["host", "sysctl", "value", "otherwise"],
    sysctls.map((one) => cells([one.host, one.key, one.value, one.usual === undefined ? "–" : one.usual])))];
}

const linkList = (links) => links.map((link, index) =>
  [index ? " · " : "", html("a", { href: link }, link.split("/").pop())]);
