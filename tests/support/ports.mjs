// Ports on loopback for programs that must be told one.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** One that nobody listens at, for now. */
export async function freePort() {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address();
    probe.close();
    await once(probe, 'close');
    return port;
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
