// A small REST helper over node:http. A connection per request unless an agent is given: what
// a test sees is then never coloured by a pool's retries.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { request as requestByTls } from 'node:https';
import { SLOW } from './server.mjs';

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {Buffer} bytes
 * @property {any} body  parsed JSON, or undefined
 */

/**
 * @param {{ url: string, ca?: string, servername?: string }} server
 * @param {string} method
 * @param {string} path   below the origin, such as /api/v1/me
 * @param {object} [options]
 * @returns {Promise<Answer>}
 */
export function http(server, method, path, options = {}) {
    const { body, raw, type = 'application/json', token, headers = {}, agent, localAddress, timeout = 30_000, signal } = options;
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const sent = { ...headers };
    if (token)
        sent.authorization = `Bearer ${token}`;
    if (payload !== undefined) {
        if (type !== null)
            sent['content-type'] ??= type;
        if (!sent['transfer-encoding'])
            sent['content-length'] ??= Buffer.byteLength(payload);
    }
    return new Promise((done, fail) => {
        const url = new URL(path, server.url);
        const wire = (url.protocol === 'https:' ? requestByTls : request)(url, {
            method, headers: sent, agent: agent ?? false, localAddress, signal, timeout: timeout * SLOW,
            ca: server.ca, ...(server.servername && { servername: server.servername }),
        }, (response) => {
            const parts = [];
            response.on('data', (part) => parts.push(part));
            response.on('error', fail);
            response.on('end', () => done(answer(response, Buffer.concat(parts))));
        });
        wire.on('timeout', () => wire.destroy(new Error(`${method} ${path}: no answer`)));
        wire.on('error', fail);
        wire.end(payload);
    });
}

function answer(response, bytes) {
    const json = /json/.test(response.headers['content-type'] ?? '')
        && !response.headers['content-encoding'];
    return {
        status: response.statusCode,
        headers: response.headers,
        bytes,
        body: json && bytes.length ? JSON.parse(bytes.toString()) : undefined,
    };
}

/** Throws, with the whole answer in words, unless the status is the expected one. */
export function expectStatus(answer, ...statuses) {
    assert.ok(statuses.includes(answer.status),
        `expected ${statuses.join(' or ')}, got ${answer.status}: ${answer.bytes.toString().slice(0, 600)}`);
    return answer.body;
}

/** A refusal must be a problem document that carries this code. */
export function expectProblem(answer, status, code, field) {
    expectStatus(answer, status);
    assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
    const { body } = answer;
    assert.equal(body.code, code, JSON.stringify(body));
    assert.equal(body.status, status);
    for (const key of ['type', 'title', 'detail'])
        assert.equal(typeof body[key], 'string', `problem without ${key}`);
    if (field !== undefined)
        assert.equal(body.field, field);
    return body;
}
