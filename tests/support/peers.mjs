// People at the other servers of a cluster.

import { setTimeout as sleep } from 'node:timers/promises';
import { Person } from './people.mjs';

/** The same person with the same tokens, at another server. */
export const at = (server, person) => new Person(server, { user: person.user, access_token: person.token,
    refresh_token: person.refreshToken, expires_in: person.expiresIn });

/** A signal may be lost, and is until the other server has told NATS that it listens: says it again until it is heard. */
export async function typesUntilHeard(socket, room, listener, user) {
    let heard = false;
    const hearing = listener.next('room.typing', (event) => event.user_id === user.id).finally(() => { heard = true; });
    while (!heard) {
        await socket.call('room.typing', { room: room.id });
        await Promise.race([hearing, sleep(200)]);
    }
    await hearing;
}
