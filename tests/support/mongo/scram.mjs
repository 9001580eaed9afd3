// The database's half of SCRAM-SHA-256 (RFC 5802, RFC 7677), for one name and password.

import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

const ROUNDS = 4096;
const hmac = (key, words) => createHmac('sha256', key).update(words).digest();
const sha = (bytes) => createHash('sha256').update(bytes).digest();
const parts = (words) => Object.fromEntries(words.split(',').map((one) => [one[0], one.slice(2)]));

export class Scram {
    constructor(name, password) {
        this.name = name;
        this.salt = randomBytes(28); // as the driver wants it
        const salted = pbkdf2Sync(password, this.salt, ROUNDS, 32, 'sha256');
        this.storedKey = sha(hmac(salted, 'Client Key'));
        this.serverKey = hmac(salted, 'Server Key');
    }

    /** @returns {string} what to answer the client's first message with */
    begin(message) {
        this.clientFirst = message.replace(/^n,,/, '');
        const { n, r } = parts(this.clientFirst);
        this.isKnown = n === this.name;
        this.nonce = r + randomBytes(18).toString('base64');
        this.serverFirst = `r=${this.nonce},s=${this.salt.toString('base64')},i=${ROUNDS}`;
        return this.serverFirst;
    }

    /** @returns {string | null} the answer to its last one, null where the proof is wrong */
    end(message) {
        const { r, p } = parts(message);
        const words = [this.clientFirst, this.serverFirst, message.replace(/,p=.*/, '')].join(',');
        const signature = hmac(this.storedKey, words);
        const key = Buffer.from(p, 'base64').map((byte, at) => byte ^ signature[at]);
        this.isIn = this.isKnown && r === this.nonce && timingSafeEqual(sha(key), this.storedKey);
        return this.isIn ? `v=${hmac(this.serverKey, words).toString('base64')}` : null;
    }
}
