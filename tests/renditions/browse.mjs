// node browse.mjs FOLDER PAGE...: each web page in a real Chromium, as readers meet it. Prints JSON:
// for every page what axe finds, what the keyboard reaches and what overflows, narrow and wide, light
// and dark; the page as a browser prints it goes into FOLDER. Nothing here judges: the tests do.

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [folder, ...files] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const STOPS = 'a[href], summary, [tabindex="0"]';
// A4 less the margins of the style sheet for printing, in CSS pixels.
const PAPER = Math.floor(((210 - 2 * 18) / 25.4) * 96);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});

async function open(file, width, colorScheme) {
  const context = await browser.newContext({ viewport: { width, height: 600 }, colorScheme });
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => {
    if (!/^data:/.test(request.url()) && request.url() !== pathToFileURL(file).href) said.push(request.url());
  });
  await page.goto(pathToFileURL(file).href);
  return { context, page, said };
}

// What axe finds with every table view open: `violations`, and `doubts` where it cannot tell.
async function examine(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  await page.evaluate(axe); // not through a script element: the page's policy allows none
  return page.evaluate(async (tags) => {
    const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations", "incomplete"] });
    const short = (rules) =>
      rules.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message}`));
    return { violations: short(found.violations), doubts: short(found.incomplete), rules: found.passes.map((rule) => rule.id) };
  }, WCAG);
}

// Tab from the start to the end, opening each table view with Enter. A stop is the number of the
// element among all that can be reached, in the order of the page; -1: another element.
async function tab(page) {
  const count = await page.evaluate((stops) => {
    document.querySelectorAll("details").forEach((one) => (one.open = false));
    window.stops = [...document.querySelectorAll(stops)];
    return window.stops.length;
  }, STOPS);
  const order = [];
  const unseen = [];
  for (let turn = 0; turn <= count + 5; turn += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const style = getComputedStyle(one);
      const outlined = one.matches(":focus-visible") && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      // What is in view of any of its lines, inside the window that it scrolls in (WCAG 2.4.11).
      const view = one.closest(".scroll, .contents")?.getBoundingClientRect() ?? { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
      const shown = [...one.getClientRects()].some((box) => {
        const [left, right] = [Math.max(box.left, view.left, 0), Math.min(box.right, view.right, innerWidth)];
        const [top, bottom] = [Math.max(box.top, view.top, 0), Math.min(box.bottom, view.bottom, innerHeight)];
        const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return right - left > 4 && bottom - top > 4 && at && (one.contains(at) || at.contains(one));
      });
      return { number: window.stops.indexOf(one), tag: one.tagName, seen: outlined && shown, what: one.outerHTML.slice(0, 120) };
    });
    if (!stop) break;
    order.push(stop.number);
    if (!stop.seen) unseen.push(stop.what);
    if (stop.tag === "SUMMARY") await page.keyboard.press("Enter");
  }
  const first = await page.evaluate(() => window.stops[0]?.className ?? "");
  return { count, order, unseen, first };
}

const pictures = (page) =>
  page.evaluate(async () => {
    const all = [...document.images];
    await Promise.allSettled(all.map((one) => one.decode()));
    return { all: all.length, broken: all.filter((one) => !one.naturalWidth).length };
  });

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

// Frames that scroll, and whether what shows at their right edge (their words hidden) goes away at
// the end: then it is a cue.
async function frames(page) {
  const found = [];
  for (const frame of await page.$$(".scroll")) {
    const wide = await frame.evaluate((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1);
    if (!wide) continue;
    await frame.evaluate((one) => {
      one.scrollLeft = 0;
      one.firstElementChild.style.visibility = "hidden";
      one.scrollIntoView({ block: "start" });
    });
    const edge = async () => {
      const box = await frame.boundingBox();
      return page.screenshot({ clip: { x: box.x + box.width - 8, y: Math.max(box.y, 0) + 10, width: 8, height: 8 } });
    };
    const before = await edge();
    await frame.evaluate((one) => (one.scrollLeft = one.scrollWidth));
    const after = await edge();
    await frame.evaluate((one) => { one.scrollLeft = 0; one.firstElementChild.style.visibility = ""; });
    found.push({ name: await frame.evaluate((one) => one.textContent.trim().slice(0, 40)), cue: !before.equals(after) });
  }
  return found;
}

// The contents list beside the text: where it stands when the reader is at the end, and whether its
// last entry can be brought into view inside it.
async function contents(page) {
  return page.evaluate(async () => {
    const list = document.querySelector(".contents");
    if (!list || getComputedStyle(list).position !== "sticky") return null;
    scrollTo(0, document.documentElement.scrollHeight / 2);
    await new Promise(requestAnimationFrame);
    const box = list.getBoundingClientRect();
    list.scrollTop = list.scrollHeight;
    const links = [...list.querySelectorAll("a")];
    const last = links.at(-1).getBoundingClientRect();
    scrollTo(0, 0);
    list.scrollTop = 0;
    return { top: box.top, bottom: box.bottom, last: last.bottom, height: innerHeight };
  });
}

async function print(page, file) {
  await page.setViewportSize({ width: PAPER, height: 900 });
  await page.emulateMedia({ media: "print" });
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll("body *")]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
      .map((one) => one.outerHTML.slice(0, 120)));
  const { backgroundColor, color } = await page.evaluate(() => {
    const { backgroundColor, color } = getComputedStyle(document.body);
    return { backgroundColor, color };
  });
  const words = await page.evaluate(() => {
    const body = document.body.cloneNode(true);
    body.querySelectorAll(".skip, details").forEach((one) => one.remove());
    return body.textContent;
  });
  await page.pdf({ path: join(folder, `${basename(file)}.pdf`), preferCSSPageSize: true });
  return { wide, words, colours: [backgroundColor, color] };
}

const result = {};
for (const file of files) {
  const name = basename(file);
  result[name] = {};
  for (const width of [320, 1280]) {
    for (const scheme of ["light", "dark"]) {
      const { context, page, said } = await open(file, width, scheme);
      const seen = { overflow: await overflow(page) };
      if (scheme === "light") {
        seen.keyboard = await tab(page);
        seen.contents = await contents(page);
      }
      Object.assign(seen, { pictures: await pictures(page), axe: await examine(page), frames: await frames(page), said });
      if (width === 1280 && scheme === "dark") seen.print = await print(page, file);
      result[name][`${width} ${scheme}`] = seen;
      await context.close();
    }
  }
}
await browser.close();
console.log(JSON.stringify(result));
