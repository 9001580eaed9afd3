const SIZE = 16;
let canvas: CanvasRenderingContext2D | null | undefined;

/** Whether this system has a picture for an emoji: what it has none for is drawn in the black of words, or not at all. */
export function isDrawn(emoji: string): boolean {
    canvas ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (!canvas) return true;
    canvas.clearRect(0, 0, SIZE, SIZE);
    canvas.font = `${SIZE - 2}px sans-serif`;
    canvas.textBaseline = "top";
    canvas.fillText(emoji, 0, 1);
    const { data } = canvas.getImageData(0, 0, SIZE, SIZE);
    for (let at = 0; at < data.length; at += 4) if (data[at] || data[at + 1] || data[at + 2]) return true;
    return false;
}
