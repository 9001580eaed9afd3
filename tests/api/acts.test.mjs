// The list of acts is whole: what schema/ has of rooms has a row in it. Needs no server, and is in the quick round.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contradicted, undescribed } from '../support/acts.mjs';

test('every route and command of a room, every setting and every permission is in the list of acts', () => {
    assert.deepEqual(undescribed(), [], 'these have no row in tests/support/acts.mjs');
    assert.deepEqual(contradicted(), [], 'these say another permission than their row');
});
