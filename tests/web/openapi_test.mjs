// The API's description, as two independent linters read it: every rule they have, but those named below.
// usage: openapi_test.mjs TOBUHI
import { execFileSync } from 'node:child_process';
import * as redocly from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';

const text = execFileSync(process.argv[2], ['law', '--openapi'], { encoding: 'utf8', maxBuffer: 64 << 20 });
const whole = () => JSON.parse(text);

const spectral = new spectralCore.Spectral();
spectral.setRuleset({
  extends: [[spectralRulesets.oas, 'all']],
  rules: {
    'license-url': 'off', // 3.1 has identifier instead, and forbids both
    'contact-properties': 'off', // whoever runs the program is no address that the program knows
    'openapi-tags-alphabetical': 'off', // in the order of the rows
  },
});
const bySpectral = async (document) => (await spectral.run(document)).map((x) => `${x.code} ${x.path.join('.')}: ${x.message}`);

const config = await redocly.createConfig({ extends: ['recommended-strict'] });
const byRedocly = async (document) =>
  (await redocly.lintFromString({ source: JSON.stringify(document), absoluteRef: '/openapi.json', config }))
    .map((x) => `${x.ruleId} ${x.location[0]?.pointer}: ${x.message}`);

let count = 0;
let bad = 0;
function say(name, problems) {
  count += 1;
  bad += problems.length ? 1 : 0;
  console.log(`${problems.length ? 'not ok' : 'ok'} ${count} - ${name}`);
  for (const line of problems.slice(0, 20)) console.log(`# ${line}`);
}

/* A linter that finds nothing in a document that is wrong has not read it. */
async function sees(name, lint, spoil, rule) {
  const document = whole();
  spoil(document);
  const found = await lint(document);
  say(name, found.some((x) => x.startsWith(rule)) ? [] : [`${rule} is not among: ${found.slice(0, 5).join('; ') || 'nothing'}`]);
}

console.log('1..6');
say('spectral_finds_nothing', await bySpectral(whole()));
say('redocly_finds_nothing', await byRedocly(whole()));
await sees('spectral_sees_a_step_without_a_name', bySpectral, (d) => { delete d.paths['/api/v1/asset/record'].post.operationId; }, 'operation-operationId');
await sees('spectral_sees_a_schema_that_is_none', bySpectral, (d) => { d.components.schemas.asset.type = 'thing'; }, 'oas3-schema');
await sees('redocly_sees_a_reference_to_nothing', byRedocly, (d) => { delete d.components.schemas.Problem; }, 'no-unresolved-refs');
await sees('redocly_sees_a_step_without_its_lock', byRedocly, (d) => { delete d.paths['/api/v1/asset/record'].post.security; }, 'security-defined');
process.exit(bad ? 1 : 0);
