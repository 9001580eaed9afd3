import { MemoryStore, NatterClient, memoryStorage, type ClientOptions, type LocalStore, type Message, type Storage } from "../../src/mod.js";
import { FakeServer } from "./fake_server.js";
import { ManualClock, settle } from "./manual_clock.js";

export interface Setting {
    server: FakeServer;
    clock: ManualClock;
    client: NatterClient;
    storage: Storage;
    store: LocalStore;
    /** Another run of the same program on the same device. */
    again(options?: Partial<ClientOptions>): NatterClient;
    /** The texts handed out, in order, as `room:text`. */
    heard: string[];
    seqs: number[];
}

/** A client that is signed in and synced with a server that has `room a` of me, ann and bob. */
export async function signedIn(prepare: (server: FakeServer) => void = () => {}, options: Partial<ClientOptions> = {}): Promise<Setting> {
    const server = new FakeServer();
    server.room("a", "ann", "bob");
    prepare(server);
    const clock = new ManualClock();
    const storage = memoryStorage();
    const store = new MemoryStore();
    const again = (more: Partial<ClientOptions> = {}) =>
        new NatterClient({ url: "http://fake", webSocket: server.webSocket, fetch: server.fetch, clock, storage, store, ...options, ...more });
    const client = again();
    const heard: string[] = [];
    const seqs: number[] = [];
    client.on("message", ({ message }) => heard.push(textOf(message)));
    client.on("event", ({ event }) => void (event.room === "a" && seqs.push(event.seq)));
    await client.signIn({ login: "mia", password: "correct horse" });
    await settle();
    return { server, clock, client, storage, store, again, heard, seqs };
}

function textOf(message: Message): string {
    return `${message.room}:${message.content.text}`;
}
