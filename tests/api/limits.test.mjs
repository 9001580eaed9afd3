// Every limit that refuses or cuts, run into once (in limits/): who does is told so and when to come again,
// and /metrics counts it. A limit added to schema/limits.json without a line there or here fails.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { elsewhere } from '../support/files.mjs';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { hitsOf, metrics } from '../support/metrics.mjs';
import { signUp } from '../support/people.mjs';
import { ROOT } from '../support/server.mjs';
import { Socket } from '../support/socket.mjs';
import { connections } from './limits/connections.mjs';
import { emoji } from './limits/emoji.mjs';
import { expectWait, post, untilRefused, waitUntil, withLimits } from './limits/limited.mjs';
import { queues } from './limits/queues.mjs';
import { rates } from './limits/rates.mjs';
import { requests } from './limits/requests.mjs';

const listed = JSON.parse(readFileSync(join(ROOT, 'schema/limits.json'), 'utf8')).flatMap(({ limits }) => limits);

/** Every limit that has something past it: name -> runs into it once on a server of its own, which it returns. */
const provoke = { ...connections, ...requests, ...emoji, ...queues, ...rates };

/** They need a store that answers nobody for a while, so somebody holds its file. */
const holdsTheFile = new Set(['newcomer_delay_ms']);

/** Limits that nobody runs into: sizes and times of what is done, and those judged as fields. */
const notRunInto = {
    'what is left of it is asked for again, see the tests of deletions': ['deletions'],
    'how much is done at a time': ['presence_batch', 'accept_batch', 'tls_handshake_batch', 'store_batch'],
    'times of our own acts': ['presence_coalesce_ms', 'presence_leave_ms', 'hsts_s', 'drain_s', 'resync_s', 'peer_silent_s', 'ping_after_s', 'close_timeout_s', 'access_token_s', 'signing_key_s', 'refresh_grace_s',
        'session_idle_s', 'contended_s', 'search_gather_ms', 'acme_retry_s', 'acme_retry_most_s'],
    'the long run of a rate, hit by its burst': ['connection_per_second', 'signup_per_hour', 'signin_per_minute',
        'signin_failures_per_hour', 'request_per_second', 'command_per_second', 'message_per_second', 'room_per_hour',
        'join_per_hour', 'profile_per_hour', 'report_per_hour', 'search_per_second', 'received_bytes_per_second', 'sent_bytes_per_second'],
    'judged as fields (422), see messages, rooms, filters, history, sync, search and signup tests': ['message_text_bytes', 'nonce_chars',
        'room_name_bytes', 'room_topic_bytes', 'slow_mode_s', 'newcomer_s', 'filter_words', 'filter_word_bytes', 'filter_hosts', 'filter_bytes', 'mute_s', 'ban_s', 'reason_bytes', 'request_bytes', 'report_text_bytes', 'room_first_members', 'history_default', 'history_limit', 'sync_default', 'sync_limit',
        'page_default', 'page_limit', 'search_default', 'search_limit', 'user_ids', 'message_mentions', 'poll_options', 'poll_option_bytes', 'poll_question_bytes', 'poll_open_s', 'presence_watch', 'status_text_bytes', 'username_min', 'username_max', 'password_min', 'password_max',
        'display_name_bytes', 'about_bytes', 'pronouns_bytes', 'email_bytes', 'locale_bytes', 'invite_uses', 'invite_s'],
    'judged by what is there (422, 409), see the tests of errors, marks, reports and the feed': ['reports_open', 'feed_entries', 'feed_value_bytes', 'scheduled_messages', 'schedule_ahead_s', 'scheduled_kept_s',
        'message_reactions', 'room_pins', 'room_links', 'room_requests', 'request_again_s'],
    'how long something may be done or is kept, see the tests of editing': ['message_edit_s', 'message_delete_s', 'edit_history_s'],
    'how long what is said is kept, see the tests of retention': ['retention_s', 'nonce_kept_s'],
    'the rest follows, or is left away': ['sync_new_room', 'sync_reply_bytes', 'room_view_members', 'user_agent_bytes',
        'presence_push_members', 'delivered_members', 'presence_rooms', 'typing_members', 'deflate_min_bytes', 'search_best_of', 'search_prefix_terms'],
    'run into by memory.test.mjs, which sanitizers cannot': ['memory_mib'],
    'memory that is used again': ['rooms_in_memory', 'rate_entries', 'emoji_cache_bytes', 'filters_bytes', 'tokens_known', 'store_cache_kib', 'store_reader_cache_kib', 'search_cache_kib'],
    'what is spent on one thing': ['password_threads', 'password_memory_kib', 'password_passes', 'store_readers'],
};

for (const { name } of listed.filter(({ name, past }) => past && name !== 'memory_mib'))
    test(`${name}: who runs into it is told, and it is counted`, { skip: holdsTheFile.has(name) && elsewhere }, async (t) => {
        assert.ok(name in provoke, `${name} has something past it, so somebody has to run into it here`);
        const server = await provoke[name](t);
        await waitUntil(async () => await hitsOf(server, name) > 0, 'that /metrics counts it');
    });

test('no limit of the schema is forgotten', () => {
    const covered = new Set([...Object.keys(provoke), ...Object.values(notRunInto).flat()]);
    const names = listed.map(({ name }) => name);
    assert.deepEqual(names.filter((name) => !covered.has(name)), []);
    assert.deepEqual([...covered].filter((name) => !names.includes(name)), [], 'limits that are no more');
});

test('/metrics shows every limit as it was set', async (t) => {
    const server = await withLimits(t, { message_burst: 77 });
    const all = await metrics(server);
    for (const { name, default: initial } of listed)
        assert.equal(typeof all[`natternet_limit{name="${name}"}`], 'number', `${name}, by default ${initial}`);
    assert.equal(all['natternet_limit{name="message_burst"}'], 77);
});

test('whom --trust names has no rates, and the others have', async (t) => {
    const rates = { search_burst: 1, signup_burst: 1, signin_burst: 1, request_burst: 1, command_burst: 1, message_burst: 1, room_burst: 1,
        join_burst: 1, profile_burst: 1, connection_burst: 1, received_burst_bytes: 1024, sent_burst_bytes: 1024, signin_failure_burst: 1,
        connection_per_second: 1, request_per_second: 1 };
    const server = await withLimits(t, rates, { args: ['--trust', '127.0.0.1/32'] });
    const ann = await signUp(server);
    const room = await ann.createGroup('free');
    const socket = await ann.connect();
    for (let n = 0; n < 10; n++) {
        await ann.signInAgain();
        await ann.say(room, 'x'.repeat(2000));
        await socket.call('room.history', { room: room.id });
        await ann.createGroup(`room ${n}`);
        expectProblem(await post(server, '/auth/signin', { login: ann.user.username, password: 'wrong words' }), 401,
            'auth.invalid_credentials');
    }
    const hits = Object.entries(await metrics(server)).filter(([name, count]) => name.includes('hits_total') && count);
    assert.deepEqual(hits, []);
    expectStatus(await http(server, 'GET', '/api/v1/openapi.json', { localAddress: '127.0.0.2' }), 200);
    await assert.rejects(Socket.open(server, { token: ann.token, localAddress: '127.0.0.2' }));
});

test('IPv6 counts by /64', async (t) => {
    let server;
    try {
        server = await withLimits(t, { request_burst: 3, request_per_second: 1 }, { listen: '[::1]:0' });
    } catch (error) {
        return t.skip(`no IPv6 here: ${error.message.split('\n')[0]}`);
    }
    expectWait(await untilRefused(() => http(server, 'GET', '/api/v1/openapi.json')));
    return undefined;
});
