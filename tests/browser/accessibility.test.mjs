// What a machine can tell about accessibility: axe finds nothing on any screen, in light and dark.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { axeTour, serveForTour } from './axe_tour.mjs';
import { openBrowser } from './page.mjs';

const server = await serveForTour({ after });
const browser = await openBrowser({ after });

for (const colorScheme of ['light', 'dark'])
    test(`every screen, ${colorScheme}`, async () => {
        assert.deepEqual(await axeTour(browser, server, { colorScheme }), []);
    });
