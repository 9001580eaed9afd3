// Runs programs while a database is there for them, one after another or, with --at-once, so many beside each other:
//     node with_mongo.mjs [--at-once N] PROGRAM [ARG...] [-- PROGRAM [ARG...]]...
// What one of several says is shown when it ends.
// They find it by NATTERNET_TEST_MONGO (mongodb://HOST:PORT) and NATTERNET_TEST_MONGO_SET, and a NATS server by
// NATTERNET_TEST_NATS. Ends with the first status that is not 0. Where either cannot be run it says why and ends with 0.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { missing as natsMissing, Nats } from '../nats.mjs';
import { missing, Mongo, SET_NAME } from './mongo.mjs';

function* commands(words) {
    for (let rest = words; rest.length;) {
        const end = rest.includes('--') ? rest.indexOf('--') : rest.length;
        yield rest.slice(0, end);
        rest = rest.slice(end + 1);
    }
}

/** Resolves with its status. */
async function run([program, ...args], env, isAlone) {
    const child = spawn(program, args, { env, stdio: isAlone ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
    const said = [];
    for (const stream of isAlone ? [] : [child.stdout, child.stderr])
        stream.on('data', (bytes) => said.push(bytes));
    const [code] = await once(child, 'close');
    process.stdout.write(Buffer.concat(said));
    return code ?? 1;
}

if (missing || natsMissing) {
    console.log(`skipped: ${missing || natsMissing}`);
    process.exit(0);
}
const mongo = await Mongo.start();
const nats = await Nats.start();
const env = { ...process.env, NATTERNET_TEST_MONGO: mongo.server, NATTERNET_TEST_MONGO_SET: SET_NAME, NATTERNET_TEST_NATS: nats.url };
const words = process.argv.slice(2);
const atOnce = words[0] === '--at-once' ? Number(words.splice(0, 2)[1]) : 1;
const left = commands(words);
let status = 0;
async function work() {
    for (const command of left) {
        const code = await run(command, env, atOnce === 1);
        status ||= code;
    }
}
try {
    await Promise.all(Array.from({ length: atOnce }, work));
} finally {
    await nats.stop();
    await mongo.dispose();
}
process.exit(status);
