// What /metrics says, as numbers.

import { expectStatus, http } from './http.mjs';

/** Every sample by its name, with labels but without the worker: those of all workers are added up. */
export async function metrics(server) {
    const answer = await http(server, 'GET', '/metrics');
    expectStatus(answer, 200);
    const all = {};
    for (const line of answer.bytes.toString().split('\n')) {
        const found = /^([a-z_]+(?:\{[^}]*\})?) (-?[0-9.e+]+)$/.exec(line);
        if (!found)
            continue;
        const name = found[1].replace(/\{worker="\d+"\}/, '');
        all[name] = (all[name] ?? 0) + Number(found[2]);
    }
    return all;
}

/** How often a limit was hit so far. */
export const hitsOf = async (server, name) => (await metrics(server))[`natternet_limit_hits_total{name="${name}"}`];
