// Another program in the server's database, as when an operator looks into it: what the server writes
// waits for it (for 2 s; then it is refused), what it reads does not.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from './server.mjs';

const SCRIPT = `import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()`;

/**
 * Holds the lock for writing from when this resolves.
 * @param {{ after: Function }} owner
 * @param {string} data the data directory
 * @returns {Promise<() => Promise<void>>} lets it go
 */
export async function lockedByAnother(owner, data) {
    const other = spawn('python3', ['-c', SCRIPT, `${data}/natternet.db`], { stdio: ['pipe', 'pipe', 'inherit'] });
    owner.after(() => other.kill());
    const exit = once(other, 'exit');
    await within(10_000, 'the lock', once(other.stdout, 'data'));
    return async () => {
        other.stdin.end();
        await exit;
    };
}
