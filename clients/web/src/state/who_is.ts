import type { NatterClient, User } from "@natternet/sdk";

/** Who waits longer says it without the name. */
const PATIENCE_MS = 5_000;

/** Somebody by id as soon as it is known who that is; undefined where that takes long. */
export function whoIs(client: Pick<NatterClient, "on" | "people">, id: string): Promise<User | undefined> {
    const known = client.people.get(id);
    if (known) return Promise.resolve(known);
    return new Promise((done) => {
        const finish = () => {
            end();
            clearTimeout(timer);
            done(client.people.get(id));
        };
        const timer = setTimeout(finish, PATIENCE_MS);
        const end = client.on("people", (ids) => ids.includes(id) && finish());
    });
}
