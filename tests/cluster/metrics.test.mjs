// The handbook says of each metric what it means, and of none that there is not.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { expectStatus, http } from '../support/http.mjs';
import { missing as noMongo, Mongo } from '../support/mongo/mongo.mjs';
import { missing as noNats, Nats } from '../support/nats.mjs';
import { ROOT, serve } from '../support/server.mjs';
import { serveTls } from '../support/tls.mjs';

const HANDBOOK = ['metrics.md', 'cluster.md', 'tls.md'];
const text = (...path) => readFile(join(ROOT, ...path), 'utf8');

/** What a server has, by its own words. */
async function metricsOf(server) {
    const answer = await http(server, 'GET', '/metrics');
    expectStatus(answer, 200);
    return [...answer.bytes.toString().matchAll(/^# HELP (\w+) /gm)].map(([, name]) => name);
}

test('the handbook has each metric, and none else', { skip: noMongo || noNats }, async (t) => {
    const [mongo, nats] = await Promise.all([Mongo.start(), Nats.start()]);
    t.after(() => Promise.all([mongo.dispose(), nats.stop()]));
    const servers = await Promise.all([serve(t, { args: ['--store', mongo.uri(), '--bus', nats.url] }), serveTls(t)]);
    const there = new Set((await Promise.all(servers.map(metricsOf))).flat());
    assert.ok(there.size > 60, `${there.size} metrics`);

    const page = await text('docs/operate/metrics.md');
    const rows = new Set([...page.matchAll(/^\| `(natternet_\w+)` \|/gm)].map(([, name]) => name));
    assert.deepEqual([...there].filter((name) => !rows.has(name)), [], 'without a row in docs/operate/metrics.md');
    assert.deepEqual([...rows].filter((name) => !there.has(name)), [], 'a row of what there is not');

    const authority = await text('src/server/certificates.c'); // those of ACME are told with an authority alone
    const known = (name) => there.has(name) || authority.includes(`put_metric(out, "${name.replace('natternet_acme_', '')}"`);
    const named = (await Promise.all(HANDBOOK.map((name) => text('docs/operate', name)))).flatMap((one) => one.match(/`natternet_\w+`/g));
    assert.deepEqual(named.map((name) => name.replaceAll('`', '')).filter((name) => !known(name)), [], 'told of, and not there');
});
