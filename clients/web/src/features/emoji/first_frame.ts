/** As large as any of them is ever drawn, on a fine screen. */
const SIDE = 128;

const drawn = new Map<string, Promise<string>>();

/** Where the first picture of an image that moves is; each is drawn once, and kept for as long as the page is open. */
export function firstFrame(address: string): Promise<string> {
    let frame = drawn.get(address);
    if (!frame) {
        drawn.set(address, (frame = draw(address)));
        frame.catch(() => drawn.delete(address));
    }
    return frame;
}

async function draw(address: string): Promise<string> {
    const image = new Image();
    image.src = address;
    await image.decode();
    const scale = Math.min(1, SIDE / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
    if (!blob) throw new Error("no picture");
    return URL.createObjectURL(blob);
}
