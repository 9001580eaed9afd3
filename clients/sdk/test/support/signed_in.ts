import { NatterClient, memoryStorage, type Message, type Storage } from "../../src/mod.js";
import { FakeServer } from "./fake_server.js";
import { ManualClock, settle } from "./manual_clock.js";

export interface Setting {
    server: FakeServer;
    clock: ManualClock;
    client: NatterClient;
    storage: Storage;
    /** The texts handed out, in order, as `room:text`. */
    heard: string[];
    seqs: number[];
}

/** A client that is signed in and synced with a server that has `room a` of me, ann and bob. */
export async function signedIn(prepare: (server: FakeServer) => void = () => {}): Promise<Setting> {
    const server = new FakeServer();
    server.room("a", "ann", "bob");
    prepare(server);
    const clock = new ManualClock();
    const storage = memoryStorage();
    const client = new NatterClient({ url: "http://fake", webSocket: server.webSocket, fetch: server.fetch, clock, storage });
    const heard: string[] = [];
    const seqs: number[] = [];
    client.on("message", ({ message }) => heard.push(textOf(message)));
    client.on("event", ({ event }) => void (event.room === "a" && seqs.push(event.seq)));
    await client.signIn({ login: "mia", password: "correct horse" });
    await settle();
    return { server, clock, client, storage, heard, seqs };
}

function textOf(message: Message): string {
    return `${message.room}:${message.content.text}`;
}
