// Limits of one request: its size, its time, and what it may ask for. Each runs into its limit once, on a
// server of its own, which it returns.

import assert from 'node:assert/strict';
import { expectProblem, expectStatus, http } from '../../support/http.mjs';
import { hitsOf } from '../../support/metrics.mjs';
import { freshName, freshNonce, PASSWORD, signUp, signUpMany, text } from '../../support/people.mjs';
import { Raw } from '../../support/raw.mjs';
import { expectWait, post, waitUntil, withLimits } from './limited.mjs';

/** A request that takes long to answer, since it does not end: the connection closes by itself. */
async function leftAlone(t, server, bytes) {
    const raw = await Raw.connect(server);
    t.after(() => raw.destroy());
    raw.write(bytes);
    return raw;
}

/** More sign-ins at once than may wait for the one thread that hashes. */
async function fullPool(t, limits) {
    const server = await withLimits(t, { ...limits, password_memory_kib: 131072 }, { cheap: false });
    const answers = await Promise.all(Array.from({ length: 12 }, () =>
        post(server, '/auth/signin', { login: freshName('nobody'), password: PASSWORD })));
    const refused = answers.filter(({ status }) => status === 503);
    assert.ok(refused.length > 0 && refused.length < 12, answers.map(({ status }) => status).join());
    refused.forEach((answer) => expectWait(answer, 503, 'server.busy'));
    return server;
}

export const requests = {
    async uri_bytes(t) {
        const server = await withLimits(t, { uri_bytes: 256 });
        expectProblem(await http(server, 'GET', `/${'x'.repeat(300)}`), 414, 'uri.too_long');
        return server;
    },
    async http_header_bytes(t) {
        const server = await withLimits(t, { http_header_bytes: 1024 });
        expectProblem(await http(server, 'GET', '/healthz', { headers: { 'x-long': 'x'.repeat(2000) } }),
            431, 'headers.too_large');
        return server;
    },
    async http_headers(t) {
        const server = await withLimits(t, { http_headers: 10 });
        const headers = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`x-${n}`, '1']));
        expectProblem(await http(server, 'GET', '/healthz', { headers }), 431, 'headers.too_large');
        return server;
    },
    async http_body_bytes(t) {
        const server = await withLimits(t, { http_body_bytes: 1024 });
        expectProblem(await post(server, '/auth/signin', { login: 'x'.repeat(2000) }), 413, 'request.too_large');
        return server;
    },
    async http_reading_bytes(t) {
        const server = await withLimits(t, { http_reading_bytes: 1048576, http_body_bytes: 65536 });
        const head = 'POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
            + 'Content-Length: 65000\r\n\r\n';
        const halves = await Promise.all(Array.from({ length: 30 }, () => leftAlone(t, server, head + 'x'.repeat(64000))));
        const first = await Promise.any(halves.map((raw) => raw.response()));
        assert.equal(first.status, 503);
        assert.match(first.headers['retry-after'], /^[1-9]\d*$/);
        return server;
    },
    async http_head_s(t) {
        const server = await withLimits(t, { http_head_s: 1 });
        const half = await leftAlone(t, server, 'GET / HTTP/1.1\r\nHost:');
        assert.equal((await half.response()).status, 408);
        const silent = await leftAlone(t, server, '');
        await silent.end();
        return server;
    },
    async http_body_s(t) {
        const server = await withLimits(t, { http_body_s: 1 });
        const half = await leftAlone(t, server,
            'POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{');
        assert.equal((await half.response()).status, 408);
        return server;
    },
    async http_idle_s(t) {
        const server = await withLimits(t, { http_idle_s: 1 });
        const idle = await leftAlone(t, server, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
        assert.equal((await idle.response()).status, 200);
        await idle.end();
        return server;
    },
    async http_write_s(t) {
        const server = await withLimits(t, { http_write_s: 1 });
        const raw = await Raw.connect(server);
        t.after(() => raw.destroy());
        raw.wire.pause();
        const document = 'GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n';
        await waitUntil(async () => {
            raw.write(document.repeat(20));
            return await hitsOf(server, 'http_write_s') > 0;
        });
        return server;
    },
    async search_query_bytes(t) {
        const server = await withLimits(t, { search_query_bytes: 16 });
        const ann = await signUp(server);
        expectStatus(await ann.get(`/search?q=${'x'.repeat(16)}`), 200);
        expectProblem(await ann.get(`/search?q=${'x'.repeat(17)}`), 422, 'field.invalid', 'q');
        return server;
    },
    async search_words(t) {
        const server = await withLimits(t, { search_words: 2 });
        const ann = await signUp(server);
        expectStatus(await ann.get('/search?q=one+two'), 200);
        expectProblem(await ann.get('/search?q=one+two+three'), 422, 'field.invalid', 'q');
        return server;
    },
    async search_ms(t) {
        const server = await withLimits(t, { search_ms: 1, search_burst: 10_000, session_queue_bytes: 16_000_000 }, { trust: true });
        const ann = await signUp(server);
        const room = await ann.createGroup('long');
        const socket = await ann.connect();
        await Promise.all(Array.from({ length: 300 }, (_, n) => socket.call('message.send',
            { room: room.id, nonce: freshNonce(), content: text(`w${n} ${'long text '.repeat(800)}`) })));
        // Late before the first result it is refused, later the page is short and says where to go on.
        for (let cursor = ''; await hitsOf(server, 'search_ms') === 0;) {
            const page = await ann.get(`/search?q=lon&limit=50${cursor && `&cursor=${cursor}`}`);
            expectStatus(page, 200, 422);
            cursor = page.body.next ?? '';
        }
        return server;
    },
    password_queue: (t) => fullPool(t, { password_queue: 1 }),
    password_queue_per_address: (t) => fullPool(t, { password_queue_per_address: 1 }),
    async room_members(t) {
        const server = await withLimits(t, { room_members: 2 });
        const [ann, bob, cal] = await signUpMany(server, 3);
        const room = await ann.createGroup('pair', [bob]);
        expectProblem(await ann.post(`/rooms/${room.id}/members`, { user_id: cal.id, nonce: freshNonce() }),
            409, 'room.full');
        const socket = await ann.connect();
        assert.equal((await socket.request('member.add', { room: room.id, user_id: cal.id })).error.code, 'room.full');
        const { body: link } = await ann.post(`/rooms/${room.id}/links`, {});
        expectProblem(await cal.post('/links/join', { code: link.code }), 409, 'room.full');
        return server;
    },
};
