// look_test.mjs WEB-KIT [FOLDER] - the made-up screens in a browser: wide, phone and 320 px (400 % zoom), light or
// dark: axe, our own face in every run of text, nothing wider than the window, targets large enough, valid HTML.
// With FOLDER, a picture of each is kept there.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { HtmlValidate } from 'html-validate';
import { done, ok, open, page, strangeFaces, tooSmall, tooWide, violations } from './browser.mjs';

const [, , kit, folder] = process.argv;
const server = spawn(kit, ['0'], { stdio: ['pipe', 'pipe', 'inherit'] });
const [line] = await once(server.stdout, 'data');
const url = line.toString().trim();
const { browser, close } = await open();
const rules = new HtmlValidate({ extends: ['html-validate:standard'], rules: {
  'long-title': 'off', 'no-inline-style': 'error', 'doctype-style': 'off', 'no-trailing-whitespace': 'off' } });

// The checks themselves: a page with one fault of each kind is found out.
{
  const p = await page(browser, 390, 'light');
  await p.setContent('<html lang="ja"><title>x</title><main><h1>x</h1><img src="data:,"><p>あ</p><button>low</button>' +
    '<p style="width:900px;color:#999;background:#fff">wide</p></main>');
  const axe = await violations(p);
  ok(axe.some((v) => v.startsWith('image-alt')) && axe.some((v) => v.startsWith('color-contrast')), 'axe sees a missing alt and pale text', axe);
  ok((await strangeFaces(p)).strange.length > 0, 'another face is seen');
  ok((await tooWide(p)).length > 0 && (await tooSmall(p)).length > 0, 'a wide page and a low button are seen');
  ok(!(await rules.validateString('<p><div></p>')).valid, 'wrong HTML is seen');
  await p.close();
}

for (const path of ['/', '/case', '/form', '/nothing']) {
  const html = await (await fetch(url + path)).text();
  const report = await rules.validateString(html);
  ok(report.valid, `${path} is valid HTML`, report.results.flatMap((r) => r.messages.map((m) => `${m.line}: ${m.ruleId}: ${m.message}`)));
  for (const [width, scheme] of [[1440, 'light'], [1440, 'dark'], [390, 'dark'], [320, 'light']]) {
    const p = await page(browser, width, scheme);
    const name = `${path} ${width} px ${scheme}`;
    await p.goto(url + path);
    if (folder)
      await p.screenshot({ path: `${folder}/${path.slice(1) || 'board'}.${width}.${scheme}.png`, fullPage: true });
    const closed = width === 390 ? await violations(p) : [];
    const { glyphs, strange } = await strangeFaces(p); // opens what is folded
    const opened = await violations(p);
    ok(closed.length === 0 && opened.length === 0, `${name}: axe finds nothing`, [...closed, ...opened]);
    ok(glyphs > 100 && strange.length === 0, `${name}: every run of text is drawn by our own face`, strange);
    const wide = await tooWide(p), small = await tooSmall(p);
    ok(wide.length === 0, `${name}: nothing is wider than the window`, wide);
    ok(small.length === 0, `${name}: no control is lower than 44 px`, small);
    await p.close();
  }
}
await close();
server.stdin.end();
done();
