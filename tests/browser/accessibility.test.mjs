// What a machine can tell about accessibility: axe finds nothing serious on any screen.

import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { after, test } from 'node:test';
import { serve } from '../support/server.mjs';
import { openBrowser, Visitor } from './page.mjs';

const server = await serve({ after });
const browser = await openBrowser({ after });

async function expectAccessible(visitor, screen) {
    const { violations } = await new AxeBuilder({ page: visitor.page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, help, nodes }) => `${screen}: ${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
    assert.deepEqual(serious, []);
}

for (const colorScheme of ['light', 'dark'])
    test(`every screen, ${colorScheme}`, async (t) => {
        const visitors = [];
        for (let n = 0; n < 2; n++) {
            const visitor = await Visitor.open(browser, server, { colorScheme, bypassCSP: true });
            t.after(() => visitor.context.close());
            visitors.push(visitor);
        }
        const [ann, bob] = visitors;
        await expectAccessible(ann, 'sign-in');
        await ann.signUp();
        await bob.signUp();
        await ann.openGroup('Accessible', [bob]);
        await ann.say('Hello');
        await ann.sentMark('Hello');
        await expectAccessible(ann, 'room');
        await ann.at('members').click();
        await ann.at('member-list').waitFor();
        await expectAccessible(ann, 'members');
        await ann.openSettings('account');
        await ann.at('sign-out').waitFor();
        await expectAccessible(ann, 'settings');
        await ann.at('new-chat').click();
        await ann.at('people-search').waitFor();
        await expectAccessible(ann, 'new chat');
    });
