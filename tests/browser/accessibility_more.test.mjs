// What a machine can tell about accessibility: axe finds nothing on any screen, in high contrast and in Arabic.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { axeTour, serveForTour } from './axe_tour.mjs';
import { openBrowser } from './page.mjs';

const server = await serveForTour({ after });
const browser = await openBrowser({ after });

test('every screen, high contrast', async () => {
    assert.deepEqual(await axeTour(browser, server, { likes: { contrast: true } }), []);
});

test('every screen, Arabic in the dark on a phone', async () => {
    const arabic = { likes: { language: 'ar' }, locale: 'ar-EG', colorScheme: 'dark', phone: true };
    assert.deepEqual(await axeTour(browser, server, arabic), []);
});
