// walk_test.mjs TOBUHI [roles|every] - every page of every role of a played exercise (TOBUHI_HOME, TOBUHI_DATA), reached by
// following links from where the person begins.
//
// One page stands for all that are built alike: drawn by one route, of the same set of elements. It is asked everything
// once; with `roles` also looked at (not by axe and by keys) once for each role that has it; with `every` each page of each
// person is asked everything.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { done, ok, open, page, strangeFaces, tooSmall, tooWide, violations } from '../web/browser.mjs';
import { byEnter, byKeys, onPaper, tooNarrow } from './ask.mjs';

const [, , tobuhi, mode] = process.argv;
const every = mode === 'every', roles = mode === 'roles';
const only = process.env.WALK_ONLY && new RegExp(process.env.WALK_ONLY); // some roles, while a fault is looked for
const DESK = 1280, PHONE = 360, ZOOMED = 320; // 320 px: 400 % of a desk of 1280
const TABS = 2; // pages that are looked at side by side

const server = spawn(tobuhi, ['serve'], { env: { ...process.env, TOBUHI_LISTEN: '127.0.0.1:0' }, stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => server.kill());
const [line] = await once(server.stdout, 'data');
const url = line.toString().trim();

// --- one person at the pages, without a browser ---
async function patiently(ask) {
  for (;;) {
    const r = await ask();
    if (r.status !== 429) return r;
    await r.arrayBuffer();
    await new Promise((f) => setTimeout(f, 100));
  }
}

class Person {
  constructor(who) { this.who = who; this.cookie = ''; }

  async get(path, more = {}) {
    const r = await patiently(() => fetch(url + path, { redirect: 'manual', ...more, headers: { cookie: this.cookie, ...more.headers } }));
    const set = r.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0];
    return r;
  }

  async signIn() {
    const token = /name="_t" value="([0-9a-f]+)"/.exec(await (await this.get('/start')).text())[1];
    const r = await this.get('/start', { method: 'POST', body: new URLSearchParams({ _t: token, person: this.who.id }), headers: { origin: url } });
    if (r.status !== 303) throw new Error(`${this.who.name} cannot sign in: ${r.status} ${await r.text()}`);
    return this;
  }
}

// --- what a page is made of, read from its text ---
const text = (s) => s.replace(/&amp;/g, '&').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>');
function attributes(tag) {
  return Object.fromEntries([...tag.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(([, k, v]) => [k, text(v ?? '')]));
}

// Links, and forms that only ask: as they stand, with the first of what may be chosen, and with a word.
function linksOf(html) {
  const out = [...html.matchAll(/<a ([^>]*)>/g)].map((m) => attributes(m[1]).href);
  for (const [, head, inner] of html.matchAll(/<form ([^>]*)>(.*?)<\/form>/gs)) {
    const f = attributes(head);
    if (f.method !== 'get') continue;
    const q = new URLSearchParams();
    for (const [, name, options] of inner.matchAll(/<select [^>]*name="([^"]*)"[^>]*>(.*?)<\/select>/gs))
      q.set(name, text(/<option value="([^"]+)"/.exec(options)?.[1] ?? ''));
    for (const [, input] of inner.matchAll(/<input ([^>]*)>/g)) {
      const i = attributes(input);
      if (i.name) q.set(i.name, i.value || (i.type === 'hidden' ? '' : '制御'));
    }
    out.push(f.action, `${f.action}?${q}`);
  }
  return out.filter((h) => h?.startsWith('/')).map((h) => h.split('#')[0]);
}

const elements = (html) => [...new Set([...html.matchAll(/<([a-z][a-z0-9]*)((?:\s[^>]*)?)>/g)].map(([, tag, rest]) => {
  const a = attributes(rest);
  return `${tag}.${a.class ?? ''}.${a.type ?? ''}.${a.role ?? ''}.${'required' in a}`;
}))].sort().join(' ');

// The address without what is one of many: ids and digits within it, and what the query says.
function pattern(path) {
  const u = new URL(path, url);
  return u.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}').replace(/\/\d+(?=\/|$)/g, '/{n}')
    + ([...u.searchParams.keys()].length ? `?${[...new Set(u.searchParams.keys())].sort().join('&')}` : '');
}

// The route: one handler draws the lists of all kinds, and one the forms of all acts.
const route = (kind) => kind.replace(/^\/(list|item|act)\/[^/?]+/, '/$1/{}');

// --- the walk of one person: every page he can reach, [{ path, like }] ---
const wrong = { status: [], axe: [], face: [], wide: [], small: [], paper: [], keys: [], enter: [], script: [] };
const LEAVES = 60; // of one address with another id: lists of machines have hundreds that are built alike

async function reach(person) {
  const first = (await person.get('/')).headers.get('location');
  const queue = [first, '/start'], asked = new Set(queue), many = new Map(), pages = [];
  for (let path = queue.shift(); path; path = queue.shift()) {
    const kind = pattern(path);
    many.set(kind, (many.get(kind) ?? 0) + 1);
    if (!every && many.get(kind) > LEAVES) continue;
    const r = await person.get(path);
    if (r.status === 303) queue.push(r.headers.get('location'));
    else if (r.status !== 200) wrong.status.push(`${person.who.name} (${person.who.roles}) ${path}: ${r.status}`);
    const html = r.headers.get('content-type')?.startsWith('text/html') ? await r.text() : (await r.arrayBuffer(), '');
    if (r.status !== 200 || !html) continue;
    const made = elements(html);
    pages.push({ path, kind, made, like: `${route(kind)} ${made}` });
    for (const next of linksOf(html))
      if (!asked.has(next)) {
        asked.add(next);
        queue.push(next);
      }
  }
  return pages;
}

// --- what is asked of a page ---
async function quick(t, at) {
  for (const width of [DESK, PHONE, ZOOMED]) {
    await t.setViewport({ width, height: 900 });
    const [wide, ...small] = await Promise.all([tooWide(t), tooSmall(t), tooNarrow(t)]);
    wrong.wide.push(...wide.map((w) => `${at} at ${width}: ${w}`));
    wrong.small.push(...small.flat().map((w) => `${at} at ${width}: ${w}`));
  }
  wrong.paper.push(...(await onPaper(t)).map((w) => `${at}: ${w}`));
}

async function slow(t, at) {
  await t.setViewport({ width: DESK, height: 900 });
  wrong.keys.push(...(await byKeys(t)).map((w) => `${at}: ${w}`)); // before anything is unfolded
  wrong.enter.push(...(await byEnter(t)).map((w) => `${at}: ${w}`));
  wrong.face.push(...(await strangeFaces(t)).strange.map((s) => `${at}: ${JSON.stringify(s)}`));
  wrong.axe.push(...(await violations(t)).map((v) => `${at}: ${v}`));
  await t.setViewport({ width: ZOOMED, height: 900 }); // unfolded now
  wrong.wide.push(...(await tooWide(t)).map((w) => `${at} unfolded at ${ZOOMED}: ${w}`));
}

const { browser, close } = await open();

// A tab of its own context, so that each is signed in as somebody else; it behaves as the one in front.
async function tab() {
  const context = await browser.createBrowserContext();
  const t = await page(context, DESK, 'light');
  await (await t.createCDPSession()).send('Emulation.setFocusEmulationEnabled', { enabled: true });
  t.setDefaultTimeout(180000);
  t.on('pageerror', (e) => wrong.script.push(`${t.url()}: ${e}`));
  return t;
}

async function visit(t, path) {
  for (;;) {
    const r = await t.goto(url + path, { waitUntil: 'load' });
    if (r.status() !== 429) return;
    await new Promise((f) => setTimeout(f, 100));
  }
}

async function look(t, { person, path, first }) {
  const [name, value] = person.cookie.split('='), at = `${person.who.roles} (${person.who.org}) ${path}`;
  await t.setCookie({ name, value, url });
  await visit(t, path);
  if (first) {
    await slow(t, at);
    await visit(t, path); // as it was before it was unfolded
  }
  await quick(t, at);
  if (process.env.WALK_LOG) console.error(`${seconds()} s ${at}${first ? ' slowly' : ''}\n${JSON.stringify(wrong)}`);
}

// --- the people: one for each set of roles and of screens ---
const people = await (await patiently(() => fetch(`${url}/api/v1/people`))).json();
const role = new Map();
for (const who of people) {
  const person = await new Person(who).signIn();
  const home = await (await person.get((await person.get('/')).headers.get('location'))).text();
  const screens = linksOf(/<nav class="nav".*?<\/ul>/s.exec(home)?.[0] ?? '').join(' ');
  if (only && !only.test(who.roles)) continue;
  const key = every ? who.id : `${who.roles} ${screens}`;
  if (!role.has(key)) role.set(key, person);
}

const began = Date.now(), seconds = () => Math.round((Date.now() - began) / 1000);
const tabs = await Promise.all(Array.from({ length: TABS }, tab));

// The pages of all are found first, each person at once with the others; what nobody has had yet is looked at first.
const persons = [...role.values()], todo = [], met = new Set();
await Promise.all(persons.map(async (person) => { person.pages = await reach(person); }));
for (const person of persons) {
  const { who, pages } = person, own = new Map();
  for (const x of pages)
    if (every || !own.has(x.like)) own.set(every ? x.path : x.like, { ...x, person });
  for (const x of own.values()) {
    x.first = every || !met.has(x.made);
    met.add(x.made);
  }
  todo.push(...[...own.values()].filter((x) => x.first || roles));
  console.log(`# ${who.roles}, ${who.org}, ${who.name}: ${pages.length} pages, ${new Set(pages.map((x) => x.kind)).size} addresses, ${own.size} looked at`);
}
todo.sort((x, y) => y.first - x.first);
const looks = todo.length, slows = todo.filter((x) => x.first).length;
console.log(`# ${looks} to be looked at, ${slows} by axe and by keys; found in ${seconds()} s`);
await Promise.all(tabs.map(async (t) => {
  for (let x = todo.shift(); x; x = todo.shift()) await look(t, x);
}));
console.log(`# ${persons.length} ${every ? 'people' : 'roles'}, ${looks} pages looked at, ${slows} by axe and by keys, in ${seconds()} s`);
const told = (list) => [...new Set(list)].slice(0, 40);
ok(persons.length > (only ? 0 : 17) && looks > (roles || every ? 10 : 5) * persons.length, 'every role has pages to walk');
ok(wrong.status.length === 0, 'no link leads to a refusal or to nothing', told(wrong.status));
ok(wrong.axe.length === 0, 'axe finds nothing', told(wrong.axe));
ok(wrong.face.length === 0, 'every run of text is drawn by our own face', told(wrong.face));
ok(wrong.wide.length === 0, 'no page is wider than the window at 1280, 360 and 320 px (400 % zoom)', told(wrong.wide));
ok(wrong.small.length === 0, 'no control is smaller than 44 px', told(wrong.small));
ok(wrong.paper.length === 0, 'on paper nothing is cut, navigation is gone, and title, label and day stand on the sheet', told(wrong.paper));
ok(wrong.keys.length === 0, 'Tab reaches everything in its order and shows where it is; the skip link skips', told(wrong.keys));
ok(wrong.enter.length === 0, 'Enter sends every form', told(wrong.enter));
ok(wrong.script.length === 0, 'no page makes a fault of its script', told(wrong.script));

// --- the twin: faults that are planted are found ---
const clerk = await new Person(people.find((x) => x.roles.includes('SM_DESK'))).signIn();
const pageWithForm = '/list/asset';
async function plant(what, ask, how, width = DESK) {
  const [t] = tabs, [name, value] = clerk.cookie.split('=');
  await t.setCookie({ name, value, url });
  await visit(t, pageWithForm);
  await t.setViewport({ width, height: 900 });
  await t.evaluate(how);
  const found = await ask(t);
  ok(found.length > 0, `found when it is planted: ${what}`, [`nothing was found on ${t.url()}`]);
}
await plant('nothing, and then nothing is found', async (t) => ([...(await byKeys(t)), ...(await onPaper(t))].length ? [] : ['right']), () => {});
await plant('a picture without words', violations, () => { document.querySelector('main').append(document.createElement('img')); });
await plant('another face', async (t) => (await strangeFaces(t)).strange, () => { document.querySelector('h1').style.fontFamily = 'monospace'; });
await plant('a block that does not fold', tooWide, () => { document.querySelector('h1').style.width = '340px'; }, ZOOMED);
await plant('a low button', tooSmall, () => { Object.assign(document.querySelector('main button').style, { minHeight: '0', height: '30px', padding: '0' }); });
await plant('a narrow button', tooNarrow, () => { Object.assign(document.querySelector('main button').style, { width: '30px', padding: '0' }); });
await plant('an order other than that of the page', byKeys, () => { document.querySelector('main button').tabIndex = 1; });
await plant('what Tab cannot reach', byKeys, () => { document.querySelector('main button').addEventListener('focus', (e) => e.target.blur()); });
await plant('a trap', byKeys, () => {
  document.querySelector('main select').addEventListener('keydown', (e) => { if (e.key === 'Tab') e.preventDefault(); });
});
await plant('focus that is not shown', byKeys, () => { document.querySelector('main select').style.outline = 'none'; });
await plant('focus behind something', byKeys, () => {
  const d = document.createElement('div');
  d.style = 'position:fixed;inset:0;background:#fff';
  document.body.append(d);
});
await plant('a skip link that leads nowhere', byKeys, () => { document.querySelector('.skip').href = '#nowhere'; });
await plant('a form that Enter does not send', byEnter, () => { document.querySelector('main form button').type = 'button'; });
await plant('navigation on paper', onPaper, () => { document.querySelector('.nav').style.setProperty('display', 'block', 'important'); });
await plant('a table cut on paper', onPaper, () => { Object.assign(document.querySelector('main').style, { height: '60px', overflow: 'hidden' }); });
await plant('a sheet without its label', onPaper, () => { document.querySelector('.sheet').textContent = document.title; });

await close();
server.kill('SIGTERM');
await once(server, 'exit');
done();
