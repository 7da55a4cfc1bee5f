// tokens_test.mjs TOKENS.CSS - that part 1 of our tokens is what @digital-go-jp/design-tokens says.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const read = (path) => new Map([...readFileSync(path, 'utf8').matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1], m[2].trim()]));
const require = createRequire(import.meta.url);
const root = dirname(require.resolve('@digital-go-jp/design-tokens/package.json'));
const theirs = read(join(root, 'dist/tokens.css'));
const part1 = readFileSync(process.argv[2], 'utf8').split('/* Part 2')[0];
const ours = new Map([...part1.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1], m[2].trim()]));
const strange = [...ours].filter(([k, v]) => theirs.get(k)?.toLowerCase() !== v.toLowerCase());
console.log('1..2');
console.log(`${ours.size > 30 ? 'ok' : 'not ok'} 1 - the tokens are read`);
console.log(`${strange.length ? 'not ok' : 'ok'} 2 - each token has the value of the package`);
for (const [k, v] of strange) console.log(`# ${k}: ours ${v}, theirs ${theirs.get(k)}`);
process.exitCode = strange.length || ours.size <= 30 ? 1 : 0;
