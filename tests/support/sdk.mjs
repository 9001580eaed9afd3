// Programs that use our own SDK, against a real server.

import WebSocket from 'ws';
import { beLate, LATE_MS } from './late.mjs';
import { freshName, PASSWORD } from './people.mjs';
import { SLOW, within } from './server.mjs';

const { NatterClient } = await import('../../clients/sdk/dist/mod.js');
const WAIT_MS = 20_000 * SLOW;

globalThis.WebSocket = WebSocket;
if (LATE_MS)
    beLate(LATE_MS);
/** What a program that makes its own client gives it. */
export const ProgramSocket = globalThis.WebSocket;

/** A new person's client, or another one of `account`, that has synced; it is closed after `owner`. */
export async function startClient(owner, server, account) {
    const client = new NatterClient({ url: server.url, webSocket: ProgramSocket });
    owner.after(() => client.close());
    const synced = new Promise((done) => client.on('synced', done));
    if (account)
        await client.signIn({ login: account.user.username, password: PASSWORD });
    else
        await client.signUp({ username: freshName('sdk'), password: PASSWORD });
    await within(WAIT_MS, 'synced', synced);
    return client;
}

/** Waits until `ready()`, looked at whenever the client says `event`. */
export function until(client, event, ready) {
    return within(WAIT_MS, `${event}: ${ready}`, new Promise((done) => {
        const look = () => ready() && done();
        client.on(event, look);
        look();
    }));
}
