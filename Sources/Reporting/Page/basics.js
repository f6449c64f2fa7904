// What every page needs: elements, words for times and verdicts, and parts that are drawn when they are opened. Nothing is
// fetched. The files of a page share one scope.

const VERDICTS = ["fail", "inconclusive", "pass", "skip"];
const MARK = { pass: "✓", fail: "✗", inconclusive: "?", skip: "–" };
const WORD = { pass: "passed", fail: "failed", inconclusive: "inconclusive", skip: "skipped" };
const SECOND = 1e9;
// Narrower pages have less beside a picture.
const PHONE = 560;

const data = JSON.parse(document.getElementById("document").textContent);

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
const count = (number) => number.toLocaleString("en");
const span = (window) =>
  window.from === window.to ? `${fixed(window.from)} s` : `${fixed(window.from)}–${fixed(window.to)} s`;

// Inside of a run that proved nothing nothing has failed.
const standing = (verdict, judgement) =>
  verdict === "fail" && judgement.verdict === "inconclusive" ? "inconclusive" : verdict;

const table = (heads, rows) => html("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "table" },
  html("table", {}, heads.some(Boolean) ? html("tr", {}, heads.map((head) => html("th", { scope: "col" }, head))) : null,
    rows));
const cells = (row, attributes) => html("tr", attributes || {}, row.map((cell) => html("td", {}, cell)));

// A part that is made when it is opened, and again for another width. `draw` gives what is in it.
const foldables = [];
function foldable(name, summary, draw) {
  const content = html("div", { class: "body" });
  const details = html("details", { id: name }, html("summary", {}, summary), content);
  let drawnFor = 0;
  const redraw = () => {
    const width = Math.round(Math.min(940, content.clientWidth - parseFloat(getComputedStyle(content).paddingLeft) * 2)) || 900;
    if (!details.open || width === drawnFor) return;
    drawnFor = width;
    content.replaceChildren(...html("div", {}, draw(width)).childNodes);
  };
  details.addEventListener("toggle", redraw);
  foldables.push({ name, details, redraw });
  return details;
}

// What the address names is open; a part whose picture must be printed is drawn before.
function startFolding(printed) {
  const named = () => {
    const target = foldables.find((one) => one.name === decodeURIComponent(location.hash.slice(1)));
    if (target) { target.details.open = true; target.details.scrollIntoView(); }
  };
  addEventListener("hashchange", named);
  named();
  addEventListener("resize", () => foldables.forEach((one) => one.redraw()));
  addEventListener("beforeprint", () => foldables.filter(printed).forEach((one) => { one.details.open = true; one.redraw(); }));
}
