/** What the server takes of each: its limits `emoji_bytes` and `emoji_side`. */
export interface EmojiLimits {
    bytes: number;
    side: number;
}

/** As large as any of them is ever drawn, on a fine screen. */
const SIDE = 128;
const TAKEN = ["image/png", "image/gif", "image/webp"];

export type Unfit = "admin.emoji.no_image" | "admin.emoji.too_long";

/**
 * The image that is uploaded for a picture: itself where it fits, else, unless it moves, a smaller one. Throws an
 * Unfit where neither is to be had.
 */
export async function imageFor(picture: File, limits: EmojiLimits): Promise<Blob> {
    const drawn = await createImageBitmap(picture).catch(() => null);
    if (!drawn) throw new UnfitPicture("admin.emoji.no_image");
    const fits = TAKEN.includes(picture.type) && picture.size <= limits.bytes && Math.max(drawn.width, drawn.height) <= limits.side;
    if (fits) return picture;
    if (picture.type === "image/gif") throw new UnfitPicture("admin.emoji.too_long");
    const made = await smaller(drawn, Math.min(SIDE, limits.side));
    if (made.size > limits.bytes) throw new UnfitPicture("admin.emoji.too_long");
    return made;
}

export class UnfitPicture extends Error {
    constructor(readonly why: Unfit) {
        super(why);
    }
}

async function smaller(drawn: ImageBitmap, side: number): Promise<Blob> {
    const scale = Math.min(1, side / Math.max(drawn.width, drawn.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(drawn.width * scale));
    canvas.height = Math.max(1, Math.round(drawn.height * scale));
    const brush = canvas.getContext("2d");
    if (!brush) throw new UnfitPicture("admin.emoji.no_image");
    brush.imageSmoothingQuality = "high";
    brush.drawImage(drawn, 0, 0, canvas.width, canvas.height);
    return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new UnfitPicture("admin.emoji.no_image"))), "image/png"));
}
