// What every check in a browser shares: a Chromium that reaches nothing but this machine, and the questions that are
// asked of a page. Nothing here is sent to a user: the product's pages hold no script.
import { mkdtempSync, rmSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export async function open() {
  const profile = mkdtempSync(join(tmpdir(), 'tbweb.'));
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    userDataDir: profile,
    protocolTimeout: 600000, // a busy machine is no fault of a page
    args: [...(process.getuid() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', '--lang=ja', '--hide-scrollbars'],
  });
  return { browser, close: async () => { await browser.close(); rmSync(profile, { recursive: true, force: true, maxRetries: 5 }); } };
}

export async function page(browser, width, scheme) {
  const p = await browser.newPage();
  await p.setViewport({ width, height: 900 });
  await p.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  return p;
}

// Runs of text that another face than ours drew: [{ text, face }].
export async function strangeFaces(p) {
  await p.evaluate(() => { for (const d of document.querySelectorAll('details')) d.open = true; });
  await p.evaluate(() => document.fonts.ready.then(() => true));
  const cdp = await p.createCDPSession();
  await cdp.send('DOM.enable');
  await cdp.send('CSS.enable');
  const { nodes } = await cdp.send('DOM.getFlattenedDocument', { depth: -1, pierce: true });
  const parents = new Map(), out = [];
  for (const n of nodes)
    if (n.nodeType === 3 && n.nodeValue.trim() && n.parentId) parents.set(n.parentId, n.nodeValue.trim());
  let runs = 0;
  const asked = await Promise.all([...parents].map(([nodeId, text]) =>
    cdp.send('CSS.getPlatformFontsForNode', { nodeId }).then(({ fonts }) => ({ fonts, text }), () => ({ fonts: [], text }))));
  for (const { fonts, text } of asked) {
    for (const f of fonts) {
      runs += f.glyphCount;
      if (!f.isCustomFont || !/^Tobuhi (Sans|Mono)$/.test(f.familyName))
        out.push({ text: text.slice(0, 60), face: f.familyName, glyphs: f.glyphCount });
    }
  }
  await cdp.detach();
  return { glyphs: runs, strange: out };
}

// Violations of WCAG 2.0 to 2.2 A and AA and of axe's best practice.
export async function violations(p) {
  await p.evaluate(axe);
  const found = await p.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join('; ')}`);
}

// What sticks out to the right of the window, where nothing of its own scrolls it.
export async function tooWide(p) {
  return p.evaluate(() => {
    const over = document.scrollingElement.scrollWidth - window.innerWidth;
    if (over <= 0) return [];
    const e = [...document.querySelectorAll('body *')].filter((x) => x.getBoundingClientRect().right > window.innerWidth + 1
      && !x.closest('.scroll, .fig__scroll, .vh')).at(-1); // the innermost of the last
    return [`the page is ${over} px wider than the window${e ? `: ${e.tagName}.${e.className} "${e.textContent.trim().slice(0, 20)}"` : ''}`];
  });
}

// Controls lower than 44 px; links within a sentence are let off (WCAG 2.2, 2.5.8).
export async function tooSmall(p) {
  return p.evaluate(() => [...document.querySelectorAll('button, summary, .btn, .nav a, select, textarea, input')]
    .filter((e) => e.type !== 'hidden' && !e.closest('.choice, .pick') && e.checkVisibility())
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([, r]) => r.width > 1 && r.height < 43.5)
    .map(([e, r]) => `${e.tagName} ${e.className} "${e.textContent.trim().slice(0, 20)}" is ${r.height} px`));
}

// --- TAP ---
let count = 0, failed = 0;
export function ok(pass, name, details = []) {
  count++;
  if (!pass) failed++;
  console.log(`${pass ? 'ok' : 'not ok'} ${count} ${name}`);
  for (const d of pass ? [] : details) console.log(`# ${typeof d === 'string' ? d : JSON.stringify(d)}`);
}
export function done() {
  console.log(`1..${count}`);
  process.exitCode = failed ? 1 : 0;
}
