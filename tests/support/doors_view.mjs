// Who is kept out of a room, who asks to be let in, and by which links one comes in: made from its events, and as
// those are told it who decide of that.

import { expectStatus } from './http.mjs';

const sorted = (map) => [...map].sort(([one], [other]) => (one < other ? -1 : 1));

export class DoorsView {
    constructor() {
        this.bans = new Map();
        this.requests = new Map();
        this.links = new Map();
    }

    take(event) {
        this[event.type]?.(event);
        return this;
    }

    'room.user.banned'({ user_id, seq, by, seconds, reason }) {
        this.bans.set(user_id, { seq, by, seconds, reason });
        this.requests.delete(user_id);
    }

    'room.user.unbanned'({ user_id }) {
        this.bans.delete(user_id);
    }

    'room.request.created'({ user_id, seq }) {
        this.requests.set(user_id, seq);
    }

    'room.request.closed'({ user_id }) {
        this.requests.delete(user_id);
    }

    'room.user.joined'({ user_id, link }) {
        this.requests.delete(user_id);
        const by = this.links.get(link);
        if (by && ++by.used === by.uses)
            this.links.delete(link);
    }

    'room.link.created'({ link, sender, uses }) {
        this.links.set(link, { by: sender, uses, used: 0 });
    }

    'room.link.revoked'({ link }) {
        this.links.delete(link);
    }

    plain() {
        return { bans: sorted(this.bans), requests: sorted(this.requests), links: sorted(this.links) };
    }
}

/** The same from what the server says as it stands now. */
export async function doorsFromScratch(owner, room) {
    const view = new DoorsView();
    const list = async (what) => expectStatus(await owner.get(`/rooms/${room.id}/${what}`), 200)[what];
    for (const { user, seq, by, seconds, reason } of await list('bans'))
        view.bans.set(user.id, { seq, by, seconds, reason });
    for (const { user, seq } of await list('requests'))
        view.requests.set(user.id, seq);
    for (const { seq, by, uses, used } of await list('links'))
        view.links.set(seq, { by, uses, used });
    return view;
}
