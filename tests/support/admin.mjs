// Servers that somebody administers: an administrator is made at the command line, before the first start.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { PASSWORD, signIn } from './people.mjs';
import { dataFlags, freshDirectory, run, serve } from './server.mjs';

export const ADMIN = 'root_admin';

/**
 * As serve(), or what else starts a server, with an administrator of the name ADMIN.
 * @param {{ after: Function }} owner
 * @param {import('./server.mjs').ServerOptions & { start?: typeof serve }} [options]
 */
export async function serveWithAdmin(owner, { start = serve, ...options } = {}) {
    const data = await freshDirectory();
    const made = await run(['user', 'create', ...dataFlags(data), '--username', ADMIN, '--admin'], { input: `${PASSWORD}\n` });
    assert.equal(made.code, 0, made.stderr);
    const server = await start(owner, { ...options, data });
    owner.after(() => rm(data, { recursive: true, force: true }));
    return server;
}

export const signInAdmin = (server) => signIn(server, ADMIN);

/** Makes somebody an administrator too. */
export async function makeAdmin(server, person) {
    const admin = await signInAdmin(server);
    const { status } = await admin.patch(`/admin/people/${person.id}`, { admin: true });
    assert.equal(status, 200);
}
