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
const [line] = await once(server.stdout, 'data');
const url = line.toString().trim();
const { browser, close } = await open();
const p = await page(browser, 1280, 'light');
await p.setJavaScriptEnabled(false);
const q = await page(browser, 1280, 'light'); // axe needs scripts of its own: the same page, the same person, beside the other

const wrong = { status: [], lang: [], face: [], wide: [], small: [], axe: [] };
const looked = new Set();
let status = 0;
p.on('response', (r) => { if (r.request().isNavigationRequest() && r.status() !== 303) status = r.status(); });

// What is asked of every page; the slower questions once for each kind of page.
async function look() {
  const at = new URL(p.url()).pathname, kind = at.replace(/[0-9a-f-]{36}.*/, '*');
  if (status !== 200) wrong.status.push(`${at}: ${status}`);
  if ((await p.$eval('html', (e) => e.lang)) !== 'ja') wrong.lang.push(at);
  if (looked.has(kind)) return;
  looked.add(kind);
  wrong.face.push(...(await strangeFaces(p)).strange.map((s) => `${at}: ${JSON.stringify(s)}`));
  await q.goto(p.url());
  wrong.axe.push(...(await violations(q)).map((v) => `${at}: ${v}`));
  for (const width of [390, 1280]) {
    await p.setViewport({ width, height: 900 });
    wrong.wide.push(...(await tooWide(p)).map((w) => `${at} at ${width}: ${w}`));
    wrong.small.push(...(await tooSmall(p)).map((w) => `${at} at ${width}: ${w}`));
  }
}

async function keep(name, width = 1280) {
  if (!folder) return;
  await p.setViewport({ width, height: 900 });
  await p.screenshot({ path: `${folder}/${name}.png`, fullPage: width < 500 });
  await p.setViewport({ width: 1280, height: 900 });
}

async function press(selector) {
  await Promise.all([p.waitForNavigation(), p.$eval(selector, (e) => e.focus()).then(() => p.keyboard.press('Enter'))]);
}

await p.goto(url);
ok((await p.content()).includes('演習') && new URL(p.url()).pathname === '/start', 'the first address ends on the choice of a person, and says 演習');
await look();
await keep('start');

let end = false, steps = 0;
const seen = [];
for (let i = 0; i < 400 && !end; i++) {
  await look();
  if (await p.$('.guide form button')) {
    await press('.guide form button');
  } else if (await p.$('form[action^="/act/"] .ends button') && (await p.$eval('.guide', (e) => e.textContent.includes('この画面です')))) {
    const title = await p.$eval('h1', (e) => e.textContent);
    if (process.env.STORY_LOG) console.error(i, title);
    seen.push(title);
    await press('form[action^="/act/"] .ends button');
    steps++;
    if (status !== 200) { wrong.status.push(`after ${title}: ${status} ${await p.$eval('main', (e) => e.textContent.trim().slice(0, 300))}`); break; }
    if (title.includes('対応の決定')) await keep('act');
  } else if (await p.$('.guide a.btn')) {
    end = (await p.$eval('.guide h2', (e) => !e.textContent.includes('筋書')));
    if (end) break;
    await new Promise((r) => setTimeout(r, 300));
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
for (const [name, paths] of [['葛城 直', ['/board', '/cases', '/rules', '/clocks', '/list', '/inbox']], ['福永 梓', ['/box', '/inbox']], ['深堀 萌', ['/assets', '/assets/new', '/assets/bulk']],
  ['宮﨑 琴', ['/finder']], ['保科 岳', ['/assets', '/inbox']], ['佐伯 真帆', ['/release', '/board']]]) {
  await as(name);
  for (const path of paths) {
    await p.goto(url + path);
    await look();
    await keep(`${path.slice(1).replace('/', '-')}-${paths[0].slice(1)}`);
    if (path === '/cases') {
      await press('main table th a');
      await look();
      await keep('case');
      await keep('case-phone', 390);
    }
    if (path === '/box') { await keep('box-phone', 390); const a = await p.$('main a[href^="/box/"]'); if (a) { await press('main a[href^="/box/"]'); await look(); await keep('boxitem-phone', 390); } }
  }
}
ok(wrong.status.length === 0, 'every page answers 200', wrong.status);
ok(wrong.lang.length === 0, 'every page is in Japanese (lang=ja)', wrong.lang);
ok(wrong.face.length === 0, 'every run of text is drawn by our own face', wrong.face.slice(0, 20));
ok(wrong.axe.length === 0, 'axe finds nothing', wrong.axe);
ok(wrong.wide.length === 0, 'no page is wider than the window, phone or desk', wrong.wide);
ok(wrong.small.length === 0, 'no control is lower than 44 px', wrong.small);

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
