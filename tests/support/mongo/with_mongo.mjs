// Runs programs one after another while a database is there for them:
//     node with_mongo.mjs PROGRAM [ARG...] [-- PROGRAM [ARG...]]...
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

if (missing || natsMissing) {
    console.log(`skipped: ${missing || natsMissing}`);
    process.exit(0);
}
const mongo = await Mongo.start();
const nats = await Nats.start();
const env = { ...process.env, NATTERNET_TEST_MONGO: mongo.server, NATTERNET_TEST_MONGO_SET: SET_NAME, NATTERNET_TEST_NATS: nats.url };
let status = 0;
try {
    for (const [program, ...args] of commands(process.argv.slice(2))) {
        const [code] = await once(spawn(program, args, { env, stdio: 'inherit' }), 'exit');
        status ||= code ?? 1;
    }
} finally {
    await nats.stop();
    await mongo.dispose();
}
process.exit(status);
