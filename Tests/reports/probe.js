// Put into a page by check.sh, behind the page's own program: opens what there is, looks at it as a reader would, and writes down
// what it found, a line each.
setTimeout(() => {
  const said = [];
  const say = (name, value, more = "") => said.push(`probe ${name}=${value} ${more}`.trim());

  // By keyboard: every part can have the focus, and opens by what Enter does there.
  const summaries = [...document.querySelectorAll("main summary")];
  const reached = summaries.filter((one) => {
    one.focus();
    return document.activeElement === one && one.tabIndex >= 0;
  });
  say("keyboard", summaries.length > 0 && reached.length === summaries.length ? "all" : "not all", `${reached.length} of ${summaries.length}`);
  const first = document.querySelector("main > section > details > summary");
  const was = first.parentElement.open;
  first.click();
  say("opens", first.parentElement.open !== was);
  for (const part of document.querySelectorAll("main > section > details")) part.open = true;

  setTimeout(() => {
    const root = document.scrollingElement;
    say("width", innerWidth);
    say("overflow", Math.max(0, root.scrollWidth - innerWidth));
    const light = (colour) => {
      const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
      return Math.round((0.2126 * red + 0.7152 * green + 0.0722 * blue) / 2.55);
    };
    const style = getComputedStyle(document.body);
    const [ink, ground] = [light(style.color), light(style.backgroundColor)];
    say("scheme", ground < 25 && ink > 75 ? "dark" : ground > 75 && ink < 25 ? "light" : "unreadable", `ink ${ink}, ground ${ground}`);

    // Words in a picture stand on no other words, and within the picture.
    const hits = [];
    for (const picture of document.querySelectorAll("main svg")) {
      const frame = picture.getBoundingClientRect();
      const words = [...picture.querySelectorAll("text")].filter((one) => one.firstChild && one.firstChild.textContent.length > 1)
        .map((one) => ({ text: one.firstChild.textContent, box: one.getBoundingClientRect() }));
      words.forEach(({ text, box }, index) => {
        if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1) hits.push(`${text} is cut off`);
        for (const other of words.slice(index + 1)) {
          const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
          const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
          if (wide > 2 && high > 5) hits.push(`${text} / ${other.text}`);
        }
      });
    }
    say("pictures", document.querySelectorAll("main svg").length);
    say("overlaps", hits.length, hits.slice(0, 6).join(" | "));
    const report = document.createElement("pre");
    report.id = "probe";
    report.textContent = said.join("\n");
    document.body.append(report);
    if (parent !== window) parent.postMessage(report.textContent, "*");
  }, 500);
}, 200);
