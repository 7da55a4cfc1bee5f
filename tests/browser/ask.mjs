// What the walk asks of a page, beside what tests/web/browser.mjs asks: keys alone, paper, targets in both directions.
// Every question answers a list of faults, in words; an empty list is a page that is right.

const PAPER = 703; // A4 less the margins of @page, in px

// Reached by Tab, in the order of the page: of radio buttons of one name, the chosen one or the first stands for all.
// Runs in the page.
function reachable() {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')];
  const radios = new Map();
  for (const e of all)
    if (e.type === 'radio') {
      const key = `${[...document.forms].indexOf(e.form)} ${e.name}`;
      if (!radios.has(key) || e.checked) radios.set(key, e);
    }
  return all.filter((e) => !(e.tabIndex < 0 || e.disabled || e.type === 'hidden'
    || (e.type === 'radio' && radios.get(`${[...document.forms].indexOf(e.form)} ${e.name}`) !== e) || !e.checkVisibility({ visibilityProperty: true })));
}

const words = `const words = (e) => e.tagName + ' "' + (e.textContent || e.getAttribute('aria-label') || e.name || '').trim().slice(0, 24) + '"';`;

// Where the focus is now: its place among what is reachable, and what is wrong with its being seen.
const here = new Function(`${words}
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return { at: -1 };
  const at = globalThis.reach.get(e) ?? -1, wrong = [];
  const shown = e.closest('.choice label') ?? e; // a choice shows its focus around its words
  const s = getComputedStyle(shown), r = e.getBoundingClientRect();
  if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) wrong.push(words(e) + ' does not show that it has the focus');
  const left = Math.max(r.left, 0), top0 = Math.max(r.top, 0), right = Math.min(r.right, innerWidth), bottom = Math.min(r.bottom, innerHeight);
  const x = left + Math.min(right - left, 40) / 2, y = top0 + Math.min(bottom - top0, 40) / 2; // of the part in sight
  if (r.width < 2 || r.height < 2 || bottom - top0 < 2 || right - left < 2)
    wrong.push(words(e) + ' has the focus out of sight');
  else {
    const top = document.elementFromPoint(x, y);
    if (top && !e.contains(top) && !top.contains(e) && !shown.contains(top)) wrong.push(words(e) + ' has the focus behind ' + words(top));
  }
  return { at, wrong, name: words(e), main: e.id === 'main' };`);

// Tab from the top: everything once, in the order of the page, seen; then out of the page, and in again at the skip link.
// Each key finds the page as the key before has left it, and notes that; so all of them are sent without waiting.
export async function byKeys(p) {
  const count = await p.evaluate(new Function(`globalThis.notes = [];
    const here = ${here};
    addEventListener('keydown', () => globalThis.notes.push(here()), true);
    ${reachable}
    globalThis.reach = new Map(reachable().map((e, i) => [e, i]));
    return globalThis.reach.size;`));
  const cdp = await p.createCDPSession();
  await Promise.all(Array.from({ length: count + REGIONS + 2 }, () =>
    cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 })));
  await cdp.detach();
  const notes = (await p.evaluate(() => globalThis.notes)).slice(1); // before the first key there is nothing
  return [...readNotes(notes, count), ...(await skipped(p))];
}

const REGIONS = 40; // that scroll: Chromium stops at those by itself
function readNotes(notes, count) {
  const faults = [];
  let next = 0;
  for (const f of notes) {
    if (f.at === -1 && !f.name) break; // left the page
    if (f.at === -1) continue; // a region that scrolls
    if (next > 0 && f.at === 0) break; // and in again
    faults.push(...f.wrong);
    if (f.at !== next) return [...faults, `Tab number ${next + 1} reaches ${f.name}, which is number ${f.at + 1} of the page`];
    next++;
  }
  return next === count ? faults : [...faults, `Tab reaches ${next} of ${count}; it stays at ${notes.at(-1)?.name}`];
}

// The first Tab of a page is the link past its navigation; Enter goes there, and the next Tab goes on from there.
async function skipped(p) {
  await p.evaluate(() => document.querySelector('.skip')?.focus());
  if (!(await p.evaluate(() => document.activeElement.matches('.skip')))) return ['there is no skip link'];
  await p.keyboard.press('Enter');
  const at = await p.evaluate(() => document.activeElement.id);
  if (at !== 'main') return [`the skip link leads to "${at}"`];
  await p.keyboard.press('Tab');
  const inside = await p.evaluate(() => document.activeElement.closest('header, nav') === null);
  return inside ? [] : ['after the skip link, Tab goes back to the navigation'];
}

// Enter in the first line of text of every form, or on its button, sends it – by its main button.
export async function byEnter(p) {
  const n = await p.evaluate(() => {
    globalThis.sent = [];
    document.addEventListener('submit', (e) => {
      e.preventDefault();
      globalThis.sent.push([[...document.forms].indexOf(e.target), e.submitter?.name ?? '']);
    });
    return document.forms.length;
  });
  const faults = [];
  for (let i = 0; i < n; i++) {
    const found = await p.evaluate((k) => {
      const f = document.forms[k];
      const seen = (e) => e.checkVisibility() && e.tabIndex >= 0;
      const line = [...f.querySelectorAll('input:not([type]), input[type=text], input[type=search]')].find(seen);
      const first = line ?? [...f.querySelectorAll('button:not([type=button])')].find(seen);
      first?.focus();
      return { hidden: !f.checkVisibility() || ![...f.elements].some(seen), first: Boolean(first), line: Boolean(line), action: f.getAttribute('action') };
    }, i);
    if (found.hidden) continue;
    if (found.first) await p.keyboard.press('Enter');
    const sent = await p.evaluate(() => globalThis.sent.splice(0));
    if (sent.length !== 1 || sent[0][0] !== i) faults.push(`Enter does not send the form to ${found.action}`);
    else if (found.line && sent[0][1] !== '') faults.push(`Enter sends the form to ${found.action} by its button "${sent[0][1]}"`);
  }
  return faults;
}

// On paper: no navigation, nothing cut off, and what the sheet is – its title, its label, its day.
export async function onPaper(p) {
  const before = p.viewport();
  await p.setViewport({ width: PAPER, height: 1000 });
  await p.emulateMediaType('print');
  const faults = await p.evaluate((paper) => {
    const out = [], seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    for (const e of document.querySelectorAll('nav a:not([aria-current]), .skip, .search, .filter button, .out, .guide'))
      if (seen(e)) out.push(`${e.tagName}.${e.className} is printed`);
    const sheet = document.querySelector('.sheet'), title = document.title.split('｜')[0];
    if (!sheet || !seen(sheet)) out.push('the sheet does not say what it is');
    else {
      const text = sheet.textContent;
      if (!title || !text.includes(title)) out.push(`the sheet lacks its title "${title}"`);
      if (!/区分：\S/.test(text)) out.push('the sheet lacks its label');
      if (!/\d{4}年.*\d{1,2}月\d{1,2}日.*\d{2}:\d{2}/.test(text)) out.push('the sheet lacks its day');
    }
    const name = (e) => `${e.tagName}.${e.getAttribute('class') ?? ''} "${e.textContent.trim().slice(0, 20)}"`;
    for (const e of document.querySelectorAll('body *')) {
      if (!e.checkVisibility() || e.closest('.vh, .sprite, svg *')) continue;
      const r = e.getBoundingClientRect();
      if (r.width > 1 && (r.right > paper + 1 || r.left < -1)) out.push(`${name(e)} sticks out of the paper: ${Math.round(r.left)} to ${Math.round(r.right)}`);
      const s = getComputedStyle(e), cuts = (o) => o === 'hidden' || o === 'auto' || o === 'scroll' || o === 'clip';
      if ((cuts(s.overflowX) && e.scrollWidth > e.clientWidth + 1) || (cuts(s.overflowY) && e.scrollHeight > e.clientHeight + 1))
        out.push(`${name(e)} is cut on paper`);
    }
    for (const d of document.querySelectorAll('details:not([open])'))
      if (d.checkVisibility() && [...d.children].some((c) => c.tagName !== 'SUMMARY' && !c.getBoundingClientRect().height))
        out.push(`${name(d)} is printed folded`);
    return out;
  }, PAPER);
  await p.emulateMediaType(null);
  await p.setViewport(before);
  return faults;
}

// Targets narrower than 44 px, and links that stand alone in a cell or an item and are lower than a line of text allows
// (WCAG 2.2, 2.5.8: those within a sentence are let off).
export async function tooNarrow(p) {
  return p.evaluate(() => [...document.querySelectorAll('button, summary, .btn, .nav a, select, textarea, input')]
    .filter((e) => e.type !== 'hidden' && !e.closest('.choice, .pick') && e.tabIndex >= 0 && e.checkVisibility())
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([, r]) => r.width > 0 && r.width < 43.5)
    .map(([e, r]) => `${e.tagName} ${e.className} "${e.textContent.trim().slice(0, 20)}" is ${Math.round(r.width)} px wide`));
}
