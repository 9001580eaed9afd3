// A certificate authority that says what a test wants: ACME by the letter but for what is overridden.

import { once } from 'node:events';
import { createServer } from 'node:https';
import { readFile } from 'node:fs/promises';
import { certificateDirectory, makeCertificate } from './tls.mjs';

/**
 * @param {Record<string, (url: string) => object>} answers  by path, or by its beginning up to a slash: status, headers, body (an object is
 *     JSON) instead of the good answer
 */
export async function startFalseCa(owner, answers = {}) {
    const made = await makeCertificate(await certificateDirectory(owner), 'ca');
    const ca = { asked: [], payloads: {}, made };
    const good = {
        '/dir': (at) => ({ body: { newNonce: `${at}/nonce`, newAccount: `${at}/account`, newOrder: `${at}/order` } }),
        '/nonce': () => ({ status: 204 }),
        '/account': (at) => ({ status: 201, headers: { location: `${at}/me` }, body: { status: 'valid' } }),
        '/order': (at) => ({ status: 201, headers: { location: `${at}/order/1` }, body: ca.order(at, 'pending') }),
        '/order/1': (at) => ({ body: ca.order(at, 'ready') }),
        '/authz': (at) => ({ body: { status: 'valid', identifier: { type: 'dns', value: ca.name },
            challenges: [{ type: 'tls-alpn-01', url: `${at}/challenge`, token: 'abc', status: 'pending' }] } }),
        '/finalize': (at) => ({ body: { ...ca.order(at, 'valid'), certificate: `${at}/certificate` } }),
        '/certificate': () => ({ headers: { 'content-type': 'application/pem-certificate-chain' }, body: made.pem }),
    };
    ca.order = (at, status) => ({ status, authorizations: [`${at}/authz`], finalize: `${at}/finalize` });
    const server = createServer({ cert: made.pem, key: await readFile(made.key) }, (request, response) => {
        ca.asked.push(request.url);
        const path = Object.keys(answers).find((one) => one.endsWith('/') && request.url.startsWith(one)) ?? request.url;
        const { status = 200, headers = {}, body = '' } = (answers[path] ?? good[path])(ca.at);
        response.writeHead(status, { 'replay-nonce': `n${ca.asked.length}`, ...headers });
        let said = '';
        request.setEncoding('utf8').on('data', (text) => { said += text; }).on('end', () => {
            if (said)
                ca.payloads[request.url] = Buffer.from(JSON.parse(said).payload, 'base64url').toString();
            response.end(typeof body === 'string' ? body : JSON.stringify(body));
        });
    });
    owner.after(() => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ca.at = `https://127.0.0.1:${server.address().port}`;
    ca.flags = (name) => {
        ca.name = name;
        return ['--acme-domain', name, '--acme-directory', `${ca.at}/dir`, '--acme-ca', made.cert];
    };
    return ca;
}
