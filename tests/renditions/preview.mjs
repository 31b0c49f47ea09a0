// node preview.mjs URL FILE FOLDER: the preview at URL as whoever writes FILE meets it in a real
// Chromium: FILE is saved, broken and mended while its page is open. Prints JSON with what is seen
// after each step; pictures go into FOLDER. Nothing here judges: the tests do.

import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [url, file, folder] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SOON = 60_000; // milliseconds: a busy machine is no fault
const original = await readFile(file, "utf8");
const seen = { said: [], axe: [] };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.setDefaultTimeout(SOON);
page.on("console", (message) => seen.said.push(message.text()));
page.on("pageerror", (error) => seen.said.push(String(error)));
page.on("response", (answer) => {
  if (answer.status() >= 400) seen.said.push(`${answer.status()} ${answer.url()}`);
});

async function look(name) {
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.evaluate(axe); // not through a script element: the page's policy allows none
  const found = await page.evaluate(() => axe.run(document, { iframes: false, resultTypes: ["violations"] }));
  seen.axe.push(...found.violations.flatMap((rule) => rule.nodes.map((node) => `${name}: ${rule.id}: ${node.target}`)));
}

const save = (old, words) => writeFile(file, original.replace(old, words));

// Both beside each other, reached by the keyboard.
await page.goto(url);
await look("list");
await page.keyboard.press("Tab");
await page.keyboard.press("Enter");
await page.waitForURL("**/*.en");
const inner = page.frameLocator("iframe[title=Page]");
const title = inner.locator("h1").first();
const pdf = () => page.locator("#_pdf iframe").getAttribute("src");
await title.waitFor();
seen.title = await title.textContent();
seen.pdf = await pdf();
await look("split");
const steps = await page.evaluate(() => history.length);

await save("The Alliance}", "The newer Alliance}");
await inner.locator("h1", { hasText: "newer" }).first().waitFor();
await page.waitForFunction((old) => document.querySelector("#_pdf iframe")?.getAttribute("src") !== old, seen.pdf);
seen.newer = { title: await title.textContent(), pdf: await pdf() };
seen.steps = (await page.evaluate(() => history.length)) - steps;

// The page alone, read halfway down.
await page.goto(page.url() + ".html");
await page.evaluate(() => scrollTo(0, 300));
await page.waitForFunction(() => scrollY > 0);
const scrolled = await page.evaluate(() => scrollY);
await save("The Alliance}", "The newest Alliance}");
await page.locator("h1", { hasText: "newest" }).first().waitFor();
await page.waitForFunction((wanted) => scrollY === wanted, scrolled);

await save("title:", "titel:");
const problems = page.locator("#_problems details");
await problems.waitFor();
seen.broken = {
  title: await page.locator("h1").first().textContent(),
  problems: await problems.locator("pre").allTextContents(),
  summary: await problems.locator("summary").textContent(),
  inView: await problems.evaluate((one) => one.getBoundingClientRect().top >= 0),
};
await look("broken");
await problems.locator("summary").press("Enter");
seen.broken.closed = !(await problems.evaluate((one) => one.open));
await page.emulateMedia({ media: "print" });
seen.broken.printed = await problems.isVisible();
await page.emulateMedia({ media: "screen" });

await writeFile(file, original);
await page.locator("h1", { hasText: seen.title }).first().waitFor();
await problems.waitFor({ state: "detached" });
seen.mended = await page.locator("h1").first().textContent();

await browser.close();
console.log(JSON.stringify(seen));
