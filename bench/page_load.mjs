// Fills an account for the page's benchmark, through the API as everybody does.

import { randomUUID } from 'node:crypto';
import { Socket } from '../tests/support/socket.mjs';

const AT_ONCE = 32;
const IN_FLIGHT = 512;

/** Runs `work` for each, a few at a time. */
async function each(items, most, work) {
    const rest = items.values();
    await Promise.all(Array.from({ length: most }, async () => {
        for (const item of rest)
            await work(item);
    }));
}

/** Groups of two, made by `writer`. */
export async function createGroups(writer, other, count) {
    const rooms = new Array(count);
    await each(Array.from({ length: count }, (_, n) => n), AT_ONCE, async (n) => {
        rooms[n] = await writer.createGroup(`Room ${n}`, [other]);
    });
    return rooms;
}

const words = (n) => `text ${n}. ${'The quick brown fox jumps over the lazy dog. '.repeat(n % 3)}`;

const send = (socket, room, n) => socket.call('message.send', {
    room: room.id, nonce: randomUUID(), content: { type: 'text', text: words(n) },
});

/** So many messages in each room, the first of them "text 0.". */
export async function fillRooms(writer, rooms, count) {
    const socket = await writer.connect();
    const all = rooms.flatMap((room) => Array.from({ length: count }, (_, n) => [room, n]));
    await each(all, IN_FLIGHT, ([room, n]) => send(socket, room, n));
    socket.wire.terminate();
}

export async function readAll(person, room) {
    const socket = await person.connect();
    await socket.call('room.read', { room: room.id, seq: 1e9 });
    socket.wire.terminate();
}

/** Messages at a steady rate until the function returned is called, which tells how many there were. */
export async function stream(writer, room, perSecond) {
    const socket = await writer.connect();
    const began = performance.now();
    const sending = new Set();
    let sent = 0;
    const timer = setInterval(() => {
        for (const due = Math.floor((performance.now() - began) / 1000 * perSecond); sent < due; sent++) {
            const reply = send(socket, room, sent).catch(() => {}).finally(() => sending.delete(reply));
            sending.add(reply);
        }
    }, 10);
    return async () => {
        clearInterval(timer);
        await Promise.all(sending);
        socket.wire.terminate();
        return sent;
    };
}
