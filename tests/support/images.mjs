// Images made here, byte for byte: whole, small, and different for each colour.

import { crc32, deflateSync } from 'node:zlib';

const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };
const u16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16LE(n); return b; };

function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type), data]);
    return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
}

/** A PNG of one colour; `extra` bytes of a text that nobody shows make it as long as one likes. */
export function png({ side = 32, width = side, height = side, colour = [200, 60, 40], extra = 0 } = {}) {
    const line = Buffer.concat([Buffer.of(0), ...Array(width).fill(Buffer.from(colour))]);
    const head = Buffer.concat([u32(width), u32(height), Buffer.of(8, 2, 0, 0, 0)]);
    return Buffer.concat([
        Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head),
        ...(extra ? [chunk('tEXt', Buffer.concat([Buffer.from('Comment\0'), Buffer.alloc(extra, 'x')]))] : []),
        chunk('IDAT', deflateSync(Buffer.concat(Array(height).fill(line)))), chunk('IEND', Buffer.alloc(0)),
    ]);
}

/** A GIF of one pixel that moves where it has several frames. */
export function gif({ frames = 2, colour = [0, 120, 255] } = {}) {
    const frame = Buffer.concat([Buffer.of(0x21, 0xf9, 4, 0, 10, 0, 0, 0), Buffer.of(0x2c), u16(0), u16(0), u16(1), u16(1), Buffer.of(0, 2, 2, 0x44, 1, 0)]);
    return Buffer.concat([
        Buffer.from('GIF89a'), u16(1), u16(1), Buffer.of(0x80, 0, 0), Buffer.from(colour), Buffer.of(255, 255, 255),
        ...Array(frames).fill(frame), Buffer.of(0x3b),
    ]);
}

export const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
