// The bot of the handbook, run as it is printed there.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { freshName, PASSWORD, signUp } from '../support/people.mjs';
import { ROOT, serve, SLOW, within } from '../support/server.mjs';

const WAIT_MS = 30_000 * SLOW;

/** The page's one program, in a place from which its imports are found. */
async function program(t) {
    const page = await readFile(join(ROOT, 'docs/use/bot.md'), 'utf8');
    const [, code] = /```js\n([^]*?)```/.exec(page);
    const folder = join(ROOT, 'clients/sdk/.test');
    const file = join(folder, `${freshName('echo')}.mjs`);
    await mkdir(folder, { recursive: true });
    await writeFile(file, code);
    t.after(() => rm(file));
    assert.ok(code.trim().split('\n').filter((line) => line !== '').length <= 20, 'twenty lines');
    return file;
}

test('the bot of docs/use/bot.md answers, before and after a crash of the server, and ends when told to', async (t) => {
    const server = await serve(t);
    const [ann, echo] = [await signUp(server), await signUp(server, freshName('echo'))];
    const bot = spawn(process.execPath, [await program(t)], {
        env: { ...process.env, NATTERNET_URL: server.url, BOT_NAME: echo.user.username, BOT_PASSWORD: PASSWORD },
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => bot.kill('SIGKILL'));
    const ended = once(bot, 'exit');
    await within(WAIT_MS, 'the bot listens', once(bot.stdout, 'data'));
    const room = await ann.createDirect(echo);
    for (const words of ['Hello', 'Still there?']) {
        const socket = await ann.connect();
        await ann.say(room, words);
        const { message } = await socket.next('message.created', (event) => event.sender === echo.id, WAIT_MS);
        assert.equal(message.content.text, `You said: ${words}`);
        await server.restart({ hard: true });
    }
    bot.kill('SIGTERM');
    assert.deepEqual(await within(WAIT_MS, 'the bot ends', ended), [0, null]);
});
