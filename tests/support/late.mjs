// A server that is heard late: what a busy machine or a poor line does to a program now and then,
// done to it all the time.

/** NATTERNET_TEST_LATE=300: pages and programs hear their server up to so many milliseconds late. */
export const LATE_MS = Number(process.env.NATTERNET_TEST_LATE ?? 0);

/**
 * From now on the global `fetch` and `WebSocket` hear everything up to `most` milliseconds late, each by a time drawn for
 * itself: a socket's messages stay in order, answers overtake them and each other. Needs nothing around
 * it, so that a page can run it before its own scripts.
 */
export function hearLate(most) {
    const later = setTimeout;
    const late = () => new Promise((done) => { later(done, Math.random() * most); });
    const ask = fetch;
    globalThis.fetch = async (...asked) => {
        const answer = await ask(...asked);
        await late();
        return answer;
    };
    globalThis.WebSocket = class extends WebSocket {
        #heard = Promise.resolve();

        #inTurn(handler) {
            return handler && ((event) => { this.#heard = this.#heard.then(late).then(() => handler(event)); });
        }

        set onmessage(handler) {
            super.onmessage = this.#inTurn(handler);
        }

        set onclose(handler) {
            super.onclose = this.#inTurn(handler);
        }
    };
}
