// node photograph.mjs FOLDER PAGE...: every page at both widths, light and dark, as pictures for the
// eye, cut into pieces of a screen's height.

import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [folder, ...files] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
for (const file of files) {
  for (const width of [320, 1280]) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await browser.newPage({ viewport: { width, height: width * 2 }, colorScheme });
      await page.goto(pathToFileURL(file).href);
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      for (let piece = 0; piece * width * 2 < height; piece += 1) {
        await page.evaluate((y) => scrollTo(0, y), piece * width * 2);
        const name = `${basename(file, ".html")}-${width}-${colorScheme}-${String(piece + 1).padStart(2, "0")}.png`;
        await page.screenshot({ path: join(folder, name) });
      }
      await page.close();
    }
  }
}
await browser.close();
