// Runs programs one after another while a database is there for them:
//     node with_mongo.mjs PROGRAM [ARG...] [-- PROGRAM [ARG...]]...
// They find it by NATTERNET_TEST_MONGO (mongodb://HOST:PORT) and NATTERNET_TEST_MONGO_SET. Ends with the
// first status that is not 0. Where the engine cannot be run it says why and ends with 0.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { missing, Mongo, SET_NAME } from './mongo.mjs';

function* commands(words) {
    for (let rest = words; rest.length;) {
        const end = rest.includes('--') ? rest.indexOf('--') : rest.length;
        yield rest.slice(0, end);
        rest = rest.slice(end + 1);
    }
}

if (missing) {
    console.log(`skipped: ${missing}`);
    process.exit(0);
}
const mongo = await Mongo.start();
const env = { ...process.env, NATTERNET_TEST_MONGO: mongo.server, NATTERNET_TEST_MONGO_SET: SET_NAME };
let status = 0;
try {
    for (const [program, ...args] of commands(process.argv.slice(2))) {
        const [code] = await once(spawn(program, args, { env, stdio: 'inherit' }), 'exit');
        status ||= code ?? 1;
    }
} finally {
    await mongo.dispose();
}
process.exit(status);
