// One server and one browser for a file of tests, and the people who come for a test and go after
// it: by then no page of theirs may have had a fault.

import { serve } from '../support/server.mjs';
import { openBrowser, Visitor } from './page.mjs';

/**
 * @param {{ after: Function, afterEach: Function }} owner - those of node:test
 * @param {(owner: { after: Function }) => Promise<import('../support/server.mjs').Server>} start
 */
export async function openStage({ after, afterEach }, start = serve) {
    const server = await start({ after });
    const browser = await openBrowser({ after });
    const visitors = [];
    afterEach(async (test) => {
        const gone = visitors.splice(0);
        for (const visitor of gone)
            await visitor.leave(test);
        for (const visitor of gone)
            visitor.assertNoFaults();
    });
    /** Somebody before the page, who has no account yet. */
    const visit = async (options) => {
        const visitor = await Visitor.open(browser, server, options);
        visitors.push(visitor);
        return visitor;
    };
    /** Somebody who has an account signs in before a page of their own. */
    const enter = async (account, options) => {
        const visitor = await visit({ name: account.user.username, ...options });
        await visitor.signIn();
        return visitor;
    };
    return { server, visit, enter };
}
