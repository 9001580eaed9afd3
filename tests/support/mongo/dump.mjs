// All that stands in a database of the engine, as bytes to search.

import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import * as BSON from 'bson';

const OP_MSG = 2013, HEADER = 16, FLAGS = 4;

/** Says one command after another on a connection of its own. */
class Speaker {
    constructor(uri, database) {
        const { hostname, port } = new URL(uri);
        this.database = database;
        this.socket = connect(Number(port), hostname);
        this.received = Buffer.alloc(0);
    }

    async ask(command) {
        const body = BSON.serialize({ ...command, $db: this.database });
        const head = Buffer.alloc(HEADER + FLAGS + 1);
        [head.length + body.length, 1, 0, OP_MSG].forEach((word, at) => head.writeInt32LE(word, at * 4));
        this.socket.write(Buffer.concat([head, body]));
        for await (const chunk of this.socket.iterator({ destroyOnReturn: false })) {
            this.received = Buffer.concat([this.received, chunk]);
            if (this.received.length >= 4 && this.received.length >= this.received.readInt32LE(0))
                break;
        }
        const answer = BSON.deserialize(this.received.subarray(HEADER + FLAGS + 1, this.received.readInt32LE(0)), { useBigInt64: true, promoteBuffers: true });
        this.received = this.received.subarray(this.received.readInt32LE(0));
        if (answer.ok !== 1)
            throw new Error(JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
        return answer.cursor;
    }

    async all(command) {
        const page = await this.ask(command);
        const documents = [...page.firstBatch];
        for (let { id, ns } = page; id;) {
            const more = await this.ask({ getMore: id, collection: ns.slice(ns.indexOf('.') + 1) });
            documents.push(...more.nextBatch);
            id = more.id;
        }
        return documents;
    }
}

/** @returns {Promise<Map<string, Buffer>>} the documents of each collection */
export async function dump(uri, database) {
    const speaker = new Speaker(uri, database);
    const dumped = new Map();
    for (const { name } of await speaker.all({ listCollections: 1, nameOnly: true }))
        dumped.set(name, Buffer.concat((await speaker.all({ find: name })).map((document) => Buffer.from(BSON.serialize(document)))));
    speaker.socket.destroy();
    return dumped;
}
