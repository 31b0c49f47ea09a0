// Keeps what a browser shows as it would be printed now, and tells what is wrong in the sources.
//
// A page with a version of its own is loaded again when there is a newer one. A page with an
// element `#_pdf` shows the newest PDF in it. While nobody sees the page it asks for nothing, and
// so nothing is made for it.
"use strict";
{
  const { version, events } = document.currentScript.dataset;
  const place = document.getElementById("_pdf");
  let stream = null;
  let panel = null;
  let shown = version;

  function listen() {
    stream = new EventSource(events);
    stream.onmessage = (message) => {
      const now = JSON.parse(message.data);
      if (now.version !== shown) {
        shown = now.version;
        if (place) showPdf(now.version);
        else return location.reload();
      }
      tell(now.problems, now.more);
    };
  }

  // A new element, for another address in the old one would be a step for "Back".
  function showPdf(version) {
    place.replaceChildren();
    if (!version) return;
    const frame = document.createElement("iframe");
    frame.title = "PDF";
    frame.src = `${place.dataset.address}?${version}#view=FitH&navpanes=0&pagemode=none`;
    place.append(frame);
  }

  // In a tree of its own, where no style of the page comes in. The place is there before there is
  // anything to tell, for only then do screen readers say what comes into it.
  function prepare() {
    const host = document.createElement("div");
    host.id = "_problems";
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = "/preview/panel.css";
    const said = document.createElement("div");
    said.setAttribute("role", "status");
    host.attachShadow({ mode: "open" }).append(style, said);
    document.body.prepend(host);
    return said;
  }

  function tell(problems, more) {
    panel ??= prepare();
    const open = panel.querySelector("details")?.open ?? true;
    panel.replaceChildren();
    if (!problems.length) return;
    const list = document.createElement("details");
    list.open = open;
    const title = document.createElement("summary");
    const stale = problems.some((one) => one.severity === "error") && shown;
    const count = problems.length + more;
    title.textContent = `${count} ${count === 1 ? "problem" : "problems"}`
      + (stale ? "; below is what was last made without errors" : "");
    list.append(title, ...problems.map(printed));
    if (more) {
      const rest = document.createElement("p");
      rest.textContent = `and ${more} more: "briefing check" names them all`;
      list.append(rest);
    }
    panel.append(list);
  }

  function printed(problem) {
    const text = document.createElement("pre");
    text.className = problem.severity;
    text.textContent = problem.text;
    text.tabIndex = 0; // a long line scrolls, also by the keyboard
    return text;
  }

  document.addEventListener("visibilitychange", () => {
    stream?.close();
    if (!document.hidden) listen();
  });
  if (!document.hidden) listen();
}
