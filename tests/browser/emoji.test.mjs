// Emoji of the server: an administrator gives them, and everybody uses them by name.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { serveWithAdmin, signInAdmin } from '../support/admin.mjs';
import { expectStatus } from '../support/http.mjs';
import { gif, png, SVG } from '../support/images.mjs';
import { freshName, signUp, signUpMany } from '../support/people.mjs';
import { openStage } from './stage.mjs';

const { server, enter } = await openStage({ after, afterEach }, serveWithAdmin);
const admin = await signInAdmin(server);
const put = async (name, image, type = 'image/png') =>
    expectStatus(await admin.put(`/admin/emoji/${name}`, undefined, { raw: image, headers: { 'content-type': type } }), 201);

/** The page of an administrator, where emoji are given. */
async function atTheDesk(options) {
    const root = await enter(admin, options);
    await root.page.goto(`${server.url}/#/admin/emoji`);
    await root.at('admin-emoji-name').waitFor();
    return root;
}

const choose = (root, name, mimeType, buffer) => root.at('admin-emoji-file').setInputFiles({ name, mimeType, buffer });
const drawn = (within, name) => within.locator(`img.own-emoji[alt=":${name}:"]`);

/** An image that did not come has no width. */
const isWhole = (image) => image.evaluate(async (img) => (await img.decode(), img.naturalWidth > 0));

test('an administrator gives an emoji by its picture, renames it and takes it away; messages follow', async () => {
    const [ann] = await signUpMany(server, 1);
    const room = await ann.createGroup('Harbour', []);
    const root = await atTheDesk();
    await choose(root, 'Blue Boat.PNG', 'image/png', png({ colour: [20, 80, 200] }));
    await root.at('admin-emoji-preview').locator('img').waitFor();
    await root.holds('admin-emoji-name', 'blue_boat');
    await root.at('admin-emoji-add').click();
    await isWhole(drawn(root.at('admin-emoji-line', '[data-name="blue_boat"]'), 'blue_boat'));

    const page = await enter(ann);
    await page.openRoom('Harbour');
    await page.at('composer').fill('look :blue_boat: there');
    await page.at('send').click();
    const message = page.message('look');
    assert.ok(await isWhole(drawn(message, 'blue_boat')));
    assert.equal(expectStatus(await ann.get(`/rooms/${room.id}/messages`), 200).messages.at(-1).content.text, 'look :blue_boat: there');

    await root.at('admin-emoji-rename').click();
    await root.at('admin-emoji-new-name').fill('boat');
    await root.at('admin-emoji-save').click();
    await root.at('admin-emoji-line', '[data-name="boat"]').waitFor();
    assert.ok(await isWhole(drawn(message, 'blue_boat')), 'by its old name it is still shown');
    await root.at('admin-emoji-delete').click();
    await root.at('confirm').click();
    await root.at('admin-emoji-none').waitFor();
    await drawn(message, 'blue_boat').waitFor({ state: 'detached' });
    await message.filter({ hasText: 'look :blue_boat: there' }).waitFor();
});

test('it is completed after a colon, picked for a reaction, and drawn large where it is alone', async () => {
    await put('party', gif({ frames: 2 }), 'image/gif');
    const [ann, bob] = await signUpMany(server, 2);
    await ann.say(await ann.createGroup('Choir', [bob]), 'we sing');
    const page = await enter(ann);
    await page.openRoom('Choir');
    await page.at('composer').pressSequentially(':par');
    await drawn(page.at('suggestion').first(), 'party').waitFor();
    await page.at('composer').press('Enter');
    await page.holds('composer', ':party: ');
    await page.at('composer').press('Enter');
    await drawn(page.page.locator('.message-text.jumbo[data-count="1"]'), 'party').waitFor();

    await page.act('we sing', 'react');
    await page.at('emoji-search').fill('party');
    await drawn(page.at('emoji').first(), 'party').waitFor();
    await page.at('emoji-search').press('Enter');
    await drawn(page.message('we sing').locator('[data-testid="reaction"][data-emoji=":party:"][data-count="1"]'), 'party').waitFor();
    const other = await enter(bob);
    await other.openRoom('Choir');
    const chip = other.message('we sing').locator('[data-testid="reaction"]');
    await drawn(chip, 'party').waitFor();
    await chip.click();
    await page.message('we sing').locator('[data-testid="reaction"][data-count="2"]').waitFor();
});

test('one that moves stands still for who wants little movement, until the pointer is on it', async () => {
    await put('wave', gif({ frames: 3 }), 'image/gif');
    await put('rock', png({ colour: [9, 9, 9] }));
    const ann = await signUp(server, freshName('ann'));
    await ann.say(await ann.createGroup('Beach', []), 'see :wave: and :rock: here');
    const calm = await enter(ann);
    await calm.openRoom('Beach');
    const wave = drawn(calm.message('see'), 'wave');
    await wave.and(calm.page.locator('[src^="blob:"][data-stands="true"]')).waitFor();
    assert.ok(await isWhole(wave));
    await drawn(calm.message('see'), 'rock').and(calm.page.locator('[src^="/api/"]')).waitFor();
    await wave.hover();
    await wave.and(calm.page.locator('[src^="/api/"]')).waitFor();
    await calm.at('composer').hover();
    await wave.and(calm.page.locator('[src^="blob:"]')).waitFor();
    const lively = await enter(ann, { reducedMotion: 'no-preference' });
    await lively.openRoom('Beach');
    await drawn(lively.message('see'), 'wave').and(lively.page.locator('[src^="/api/"]')).waitFor();
});

test('what is copied has its name', async () => {
    await put('anchor', png({ colour: [3, 90, 90] }));
    const ann = await signUp(server, freshName('ann'));
    await ann.say(await ann.createGroup('Pier', []), 'drop the :anchor: here');
    const page = await enter(ann);
    await page.openRoom('Pier');
    await isWhole(drawn(page.message('drop'), 'anchor'));
    await page.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.message('drop').locator('.message-text').evaluate((text) => getSelection().selectAllChildren(text));
    await page.page.keyboard.press('Control+c');
    assert.equal((await page.page.evaluate(() => navigator.clipboard.readText())).trim(), 'drop the :anchor: here');
});

test('a picture that is too large is made smaller, and what is none is refused with what to do', async () => {
    const root = await atTheDesk({ phone: true });
    await choose(root, 'huge.png', 'image/png', png({ width: 900, height: 450, colour: [90, 9, 90] }));
    await root.holds('admin-emoji-name', 'huge');
    await root.at('admin-emoji-add').click();
    await root.at('admin-emoji-line', '[data-name="huge"]').waitFor();
    const { emoji } = expectStatus(await admin.get('/emoji'), 200);
    const { width, height } = emoji.find(({ name }) => name === 'huge');
    assert.deepEqual([width, height], [128, 64]);
    await choose(root, 'words.png', 'image/png', SVG);
    await root.page.getByRole('alert').filter({ hasText: 'no image' }).waitFor();
    await root.at('admin-emoji-name').fill('huge');
    await root.page.getByRole('alert').filter({ hasText: 'Another emoji has this name' }).waitFor();
    assert.ok(await root.at('admin-emoji-add').isDisabled());
});
