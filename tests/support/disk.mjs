// A disk that a test may fill: a tmpfs of a few megabytes, which needs root.

import { execFile } from 'node:child_process';
import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freshDirectory } from './server.mjs';

const command = promisify(execFile);

/**
 * Mounts a tmpfs that goes with the test.
 * @param {{ after: Function }} owner
 * @param {number} megabytes
 * @returns {Promise<{ path: string } | undefined>} undefined where mounting is not allowed
 */
export async function diskOf(owner, megabytes) {
    const path = await freshDirectory('natternet-disk-');
    try {
        await command('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', path]);
    } catch {
        await rm(path, { recursive: true });
        return undefined;
    }
    owner.after(async () => {
        await command('umount', ['-l', path]);
        await rm(path, { recursive: true });
    });
    return { path };
}

/** Leaves `spare` bytes free, in a file of its own. */
export async function fill(disk, spare = 0) {
    disk.ballast = join(disk.path, 'ballast');
    const file = await open(disk.ballast, 'a');
    try {
        for (let block = 1 << 20; block >= 4096; block /= 2)
            for (let left = await free(disk); left - block >= spare; left = await free(disk))
                await file.write(Buffer.alloc(block));
    } catch (error) {
        if (error.code !== 'ENOSPC')
            throw error;
    } finally {
        await file.close();
    }
}

/** Free bytes. */
export async function free(disk) {
    const { bavail, bsize } = await statfs(disk.path);
    return bavail * bsize;
}

/** Gives the space back. */
export const relieve = (disk) => rm(disk.ballast);
