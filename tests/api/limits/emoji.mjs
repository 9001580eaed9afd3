// Limits of the emoji of a server. Each runs into its limit once, on a server of its own, which it returns.

import { serveWithAdmin, signInAdmin } from '../../support/admin.mjs';
import { expectProblem, expectStatus } from '../../support/http.mjs';
import { gif, png } from '../../support/images.mjs';
import { flags } from './limited.mjs';

async function withEmoji(t, limits) {
    const server = await serveWithAdmin(t, { args: ['--workers', '1', ...flags(limits)] });
    const admin = await signInAdmin(server);
    const put = (name, raw, type = 'image/png') => admin.put(`/admin/emoji/${name}`, undefined, { raw, headers: { 'content-type': type } });
    return { server, put };
}

export const emoji = {
    async emoji(t) {
        const { server, put } = await withEmoji(t, { emoji: 1 });
        expectStatus(await put('one', png()), 201);
        expectProblem(await put('two', gif(), 'image/gif'), 409, 'emoji.too_many');
        return server;
    },
    async emoji_bytes(t) {
        const { server, put } = await withEmoji(t, { emoji_bytes: 1024 });
        expectStatus(await put('one', png()), 201);
        expectProblem(await put('two', png({ extra: 1024 })), 413, 'request.too_large');
        return server;
    },
    async emoji_side(t) {
        const { server, put } = await withEmoji(t, { emoji_side: 16 });
        expectStatus(await put('one', png({ side: 16 })), 201);
        expectProblem(await put('two', png({ width: 1, height: 17 })), 422, 'emoji.image_invalid');
        return server;
    },
    async emoji_frames(t) {
        const { server, put } = await withEmoji(t, { emoji_frames: 2 });
        expectStatus(await put('one', gif({ frames: 2 }), 'image/gif'), 201);
        expectProblem(await put('two', gif({ frames: 3 }), 'image/gif'), 422, 'emoji.image_invalid');
        return server;
    },
};
