let lastMs = 0;
let counter = 0;

/**
 * A UUID version 7 (RFC 9562): the time, then chance. Those made by one program sort in the order
 * made, because the 12 bits after the time count within a millisecond (section 6.2, method 1).
 */
export function uuid7(nowMs: number = Date.now()): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    if (nowMs > lastMs) {
        lastMs = nowMs;
        counter = ((bytes[6]! & 0x07) << 8) | bytes[7]!;
    } else if (++counter > 0xfff) {
        lastMs += 1;
        counter = 0;
    }
    for (let i = 0; i < 6; i++) bytes[i] = Math.floor(lastMs / 2 ** (8 * (5 - i))) & 0xff;
    bytes[6] = 0x70 | (counter >> 8);
    bytes[7] = counter & 0xff;
    bytes[8] = 0x80 | (bytes[8]! & 0x3f);
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
