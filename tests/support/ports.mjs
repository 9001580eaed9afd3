// Ports on loopback for programs that must be told one.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

// Below those that systems give to who connects: else a connection may have it before the program that is told.
const [FIRST, PAST] = [20_000, 32_000];
const given = new Set(); // nobody may listen there yet

/** Whether one can listen there. */
async function isFree(port) {
    const probe = createServer().listen(port, '127.0.0.1');
    try {
        await once(probe, 'listening');
    } catch (error) {
        if (error.code === 'EADDRINUSE')
            return false;
        throw error;
    }
    probe.close();
    await once(probe, 'close');
    return true;
}

/** One that nobody listens at, for now, and another each time. */
export async function freePort() {
    for (;;) {
        const port = randomInt(FIRST, PAST);
        if (given.has(port) || !await isFree(port))
            continue;
        given.add(port);
        return port;
    }
}

/** Resolves once somebody takes connections there; rejects if nobody does for so long. */
export async function answers(port, ms = 60_000) {
    for (const end = Date.now() + ms; ;) {
        const wire = connect(port, '127.0.0.1');
        const up = await Promise.race([once(wire, 'connect').then(() => true), once(wire, 'close').then(() => false)])
            .catch(() => false);
        wire.destroy();
        if (up)
            return;
        if (Date.now() > end)
            throw new Error(`nobody answers at port ${port} after ${ms / 1000} s`);
        await new Promise((done) => { setTimeout(done, 20); });
    }
}
