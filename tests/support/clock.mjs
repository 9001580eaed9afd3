// A server whose wall clock the test turns (clock.c). Its monotonic clock goes on as it is.

import { existsSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BIN, freshDirectory, serve } from './server.mjs';

const LIBRARY = process.env.NATTERNET_CLOCK ?? join(dirname(BIN), 'tests/libclock.so');

const bytesOf = (ms) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(ms));
    return bytes;
};

/** `server.turnClock(ms)` sets it that far from the right time, before (negative) or behind. */
export async function serveWithClock(owner, options = {}) {
    if (!existsSync(LIBRARY)) // without it the loader would only warn, and the server go by the right time
        throw new Error(`${LIBRARY} is missing: ninja -C ${dirname(BIN)} tests/libclock.so`);
    const directory = await freshDirectory('natternet-clock-');
    const path = join(directory, 'clock');
    await writeFile(path, bytesOf(0));
    owner.after(() => rm(directory, { recursive: true, force: true }));
    const server = await serve(owner, { ...options, env: { ...options.env, LD_PRELOAD: LIBRARY, NATTERNET_TEST_CLOCK: path } });
    server.turnClock = async (ms) => {
        const file = await open(path, 'r+'); // in place: the server has it mapped
        await file.write(bytesOf(ms), 0, 8, 0);
        await file.close();
    };
    return server;
}
