// story_test.mjs TOBUHI HOME [FOLDER] - a newcomer plays the exercise in a browser without JavaScript, through the pages
// only: after the first address he follows 「次にすること」 to the end. Every page on the way is looked at.
// With FOLDER, pictures of the main screens are kept there.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { done, ok, open, page, strangeFaces, tooSmall, tooWide, violations } from '../web/browser.mjs';

const [, , tobuhi, home, folder] = process.argv;

async function freePort() {
  const s = createServer().listen(0, '127.0.0.1');
  await once(s, 'listening');
  const { port } = s.address();
  s.close();
  return port;
}

const env = { ...process.env, TOBUHI_HOME: home, TOBUHI_LISTEN: `127.0.0.1:${await freePort()}`, LANG: 'ja_JP.UTF-8' };
const server = spawn(tobuhi, ['serve', '--exercise'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => server.kill()); // also when the story breaks off: a server left behind keeps its home locked
const [line] = await once(server.stdout, 'data');
const url = line.toString().trim();
const { browser, close } = await open();
const PHONE = 360, DESK = 1280; // the narrowest phone that is sold, and a desk
const p = await page(browser, DESK, 'light');
await p.setJavaScriptEnabled(false);
const q = await page(browser, DESK, 'light'); // axe needs scripts of its own: the same page, the same person, beside the other

const wrong = { status: [], lang: [], face: [], wide: [], small: [], cut: [], axe: [] };
const looked = new Set();
let status = 0;
p.on('response', (r) => { if (r.request().isNavigationRequest() && r.status() !== 303) status = r.status(); });
const beside = await page(browser, DESK, 'light'); // what the story passes by: looked at without leaving it
await beside.setJavaScriptEnabled(false);

// What is asked of every page; the slower questions once for each kind of page.
async function look(t = p) {
  const at = new URL(t.url()).pathname, kind = at.replace(/[0-9a-f-]{36}/g, '*');
  if (t === p && status !== 200) wrong.status.push(`${at}: ${status}`);
  if ((await t.$eval('html', (e) => e.lang)) !== 'ja') wrong.lang.push(at);
  if (looked.has(kind)) return;
  looked.add(kind);
  wrong.face.push(...(await strangeFaces(t)).strange.map((s) => `${at}: ${JSON.stringify(s)}`));
  await q.goto(t.url());
  wrong.axe.push(...(await violations(q)).map((v) => `${at}: ${v}`));
  for (const width of [PHONE, DESK]) {
    await t.setViewport({ width, height: 900 });
    wrong.wide.push(...(await tooWide(t)).map((w) => `${at} at ${width}: ${w}`));
    wrong.small.push(...(await tooSmall(t)).map((w) => `${at} at ${width}: ${w}`));
    wrong.cut.push(...(await folded(t)).map((w) => `${at} at ${width}: ${w}`));
  }
}

// Words in a column so narrow that a character or two stand on each line.
async function folded(t) {
  return t.evaluate(() => [...document.querySelectorAll('main :is(p, span, time, a, b, td, th, dd, dt, li, h1, h2, h3)')]
    .filter((e) => e.checkVisibility() && !e.closest('.vh, svg') && e.textContent.trim().length >= 6
      && [...e.childNodes].some((n) => n.nodeType === 3 && n.nodeValue.trim().length >= 6))
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([, r]) => r.width < 32 && r.height > 64) // also of no width: a column that the next one has squeezed to nothing
    .map(([e, r]) => `${e.tagName} "${e.textContent.trim().slice(0, 20)}" is ${r.width} by ${r.height} px`));
}

// Only the tab in front is painted: a picture of one behind it never comes.
async function keep(name, t = p) {
  if (!folder) return;
  await t.bringToFront();
  await t.reload(); // looking has unfolded what a reader finds folded
  for (const width of [PHONE, DESK]) {
    await t.setViewport({ width, height: 900 });
    await t.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true });
  }
}

async function press(selector, t = p) {
  await Promise.all([t.waitForNavigation(), t.$eval(selector, (e) => e.focus()).then(() => t.keyboard.press('Enter'))]);
}

await p.goto(url);
ok((await p.content()).includes('演習') && new URL(p.url()).pathname === '/start', 'the first address ends on the choice of a person, and says 演習');
await look();
await keep('start');

// 提供先提案 as the one who decides it reads it, reached from the list of cases.
async function proposal() {
  await keep('act');
  await beside.bringToFront(); // keys go to the tab in front
  await beside.goto(`${url}/release`);
  await look(beside);
  await press('main a[href$="/release"]', beside);
  await look(beside);
  await keep('proposal', beside);
  proposed = (await beside.$eval('main', (e) => e.textContent)).includes('確実');
  await p.bringToFront();
}

// 公表, as who coordinates reads it while conditions are still wanting.
async function publication() {
  await beside.bringToFront();
  await beside.goto(`${url}/publish`);
  await look(beside);
  await keep('publishes', beside);
  await press('main table th a', beside);
  await look(beside);
  await keep('publish', beside);
  wanting = (await beside.$eval('main', (e) => e.textContent)).includes('まだ');
  await p.bringToFront();
}

let end = false, steps = 0, proposed = false, wanting = false;
const seen = [];
for (let i = 0; i < 400 && !end; i++) {
  await look();
  if (await p.$('.guide form button')) {
    await press('.guide form button');
  } else if (await p.$('form[action^="/act/"] .ends button') && (await p.$eval('.guide', (e) => e.textContent.includes('この画面です')))) {
    const title = await p.$eval('h1', (e) => e.textContent);
    if (process.env.STORY_LOG) console.error(i, title);
    seen.push(title);
    if (title.includes('対応の決定')) await proposal();
    if (title.includes('整理及び分析の起案')) await publication();
    await press('form[action^="/act/"] .ends button');
    steps++;
    if (status !== 200) { wrong.status.push(`after ${title}: ${status} ${await p.$eval('main', (e) => e.textContent.trim().slice(0, 300))}`); break; }
  } else if (await p.$('.guide a.btn')) {
    end = (await p.$eval('.guide h2', (e) => !e.textContent.includes('筋書')));
    if (end) break;
    if (await p.$eval('.guide', (e) => e.textContent.includes('照合の機械'))) await new Promise((r) => setTimeout(r, 500));
    await press('.guide a.btn');
  } else {
    end = await p.$eval('.guide', (e) => e.textContent.includes('演習の終わり')).catch(() => false);
    break;
  }
}
ok(end, `the story is played to its end by following 「次にすること」 (${steps} acts)`, [p.url(), seen.at(-1) ?? '', ...wrong.status]);

// Screens that the story does not need, as those whose screens they are.
async function as(name) {
  await p.goto(`${url}/start?q=${encodeURIComponent(name)}`);
  await press('#h-all ~ form button[name=person], section:last-of-type form:last-of-type button[name=person]');
}
for (const [name, paths] of [['葛城 直', ['/board', '/cases', '/rules', '/clocks', '/list', '/inbox', '/proof', '/publish', '/handover', '/search?q=%E9%9B%BB%E5%8A%9B', '/advisories', '/matches']], ['都築 昴', ['/watch']], ['福永 梓', ['/box', '/inbox']], ['深堀 萌', ['/assets', '/assets/new', '/assets/bulk']],
  ['宮﨑 琴', ['/finder']], ['保科 岳', ['/assets', '/inbox']], ['佐伯 真帆', ['/release', '/board']]]) {
  await as(name);
  for (const path of paths) {
    await p.goto(url + path);
    await look();
    await keep(`${path.slice(1).replace(/\W+/g, '-')}-${paths[0].slice(1)}`);
    if (path === '/cases') {
      await press('main table th a');
      await look();
      await keep('case');
      const at = p.url();
      await press('main a[href$="/triage"]');
      await look();
      await keep('triage');
      await p.goto(at);
      await press('main a[href^="/proof/of/"]');
      await look();
      await keep('proof');
    }
    if (path === '/matches') {
      await press('main td a');
      await look();
      await keep('matched');
    }
    if (path === '/handover') { // a shift's sheet is one A4 page, however much stands on it
      const sheets = (pdf) => Buffer.from(pdf).toString('latin1').split(/\/Type\s*\/Page\b/).length - 1;
      const printed = sheets(await p.pdf({ format: 'A4', preferCSSPageSize: true }));
      await p.evaluate(() => { for (let i = 0; i < 200; i++) document.querySelector('.shift').append(Object.assign(document.createElement('p'), { textContent: 'もう一行' })); });
      const twin = sheets(await p.pdf({ format: 'A4', preferCSSPageSize: true }));
      ok(printed === 1 && twin > 1, 'a shift is printed on one A4 page, and a sheet with more on it is not', [printed, twin]);
      await p.reload();
    }
    if (path === '/advisories') {
      await press('main .feed a');
      await look();
      await keep('advisory');
    }
    if (path === '/box') {
      await press('main a[href^="/box/"]');
      await look();
      await keep('boxitem');
    }
  }
}
ok(proposed, '提供先提案 shows whoever decides it the operators that it names', [...looked]);
ok(wanting, '公表 shows who coordinates what is still wanting', [...looked]);
ok(wrong.status.length === 0, 'every page answers 200', wrong.status);
ok(wrong.lang.length === 0, 'every page is in Japanese (lang=ja)', wrong.lang);
ok(wrong.face.length === 0, 'every run of text is drawn by our own face', wrong.face.slice(0, 20));
ok(wrong.axe.length === 0, 'axe finds nothing', wrong.axe);
ok(wrong.wide.length === 0, 'no page is wider than the window, phone or desk', wrong.wide);
ok(wrong.small.length === 0, 'no control is lower than 44 px', wrong.small);
ok(wrong.cut.length === 0, 'no words stand a character a line', wrong.cut);

// Glyphs that other faces often draw: in a report that a finder writes.
await as('千代田 楽');
await p.goto(`${url}/act/vulreport.submit?product=${encodeURIComponent('①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚')}&maker=${encodeURIComponent('髙﨑ⅡⅣ㈱㍻㋿')}&description=x`);
await press('form[action^="/act/"] .ends button');
const rare = await strangeFaces(p);
ok((await p.content()).includes('㉚') && rare.strange.length === 0, '①–㉚ 髙 﨑 Ⅱ ㈱ ㋿ are drawn by our own face', rare.strange);

await close();
server.kill('SIGTERM');
await once(server, 'exit');
const run = (...args) => JSON.parse(execFileSync(tobuhi, args, { env }).toString());
const verified = run('ledger', 'verify', '--json'), replayed = run('ledger', 'replay', '--json');
ok(verified.ok && verified.size > 19000, `the ledger is sound after the story (${verified.size} leaves)`, [verified]);
ok(replayed.differences.length === 0, 'and replays without a difference', replayed.differences.slice(0, 5));
done();
