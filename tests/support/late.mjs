// A line on which all comes late: what a busy machine or a poor network does to a program now and
// then, done to it all the time.

/** NATTERNET_TEST_LATE=200: what pages and programs say and hear is up to so many milliseconds on its way. */
export const LATE_MS = Number(process.env.NATTERNET_TEST_LATE ?? 0);

/**
 * From now on everything through the global `fetch` and `WebSocket` is up to `most` milliseconds on its way, each by a
 * time drawn for itself: a socket's messages stay in order, requests and answers overtake them and
 * each other. Needs nothing around it, so that a page can run it before its own scripts.
 */
export function beLate(most) {
    const later = setTimeout;
    const late = () => new Promise((done) => { later(done, Math.random() * most); });
    const ask = fetch;
    globalThis.fetch = async (...asked) => {
        await late();
        const answer = await ask(...asked);
        await late();
        return answer;
    };
    globalThis.WebSocket = class extends WebSocket {
        #said = Promise.resolve();
        #heard = Promise.resolve();

        send(data) {
            this.#said = this.#said.then(late).then(() => this.readyState === 1 && super.send(data));
        }

        close(...why) {
            this.#said = this.#said.then(() => super.close(...why));
        }

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
