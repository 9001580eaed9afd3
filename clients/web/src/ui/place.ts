/** Free of the window's edges by this much. */
const MARGIN_PX = 8;
const GAP_PX = 4;

/**
 * Puts `box` below `anchor`, or above where there is more room; along the line of reading from the
 * anchor's start or to its end; never out of the window.
 */
export function placeBeside(box: HTMLElement, anchor: DOMRect, align: "start" | "end" | "center"): void {
    const { offsetWidth: width, offsetHeight: height } = box;
    const below = anchor.bottom + GAP_PX;
    const above = anchor.top - GAP_PX - height;
    const fits = below + height <= innerHeight - MARGIN_PX || above < MARGIN_PX;
    const rtl = getComputedStyle(box).direction === "rtl";
    const atLeft = align === "center" ? anchor.left + (anchor.width - width) / 2 : (align === "start") !== rtl ? anchor.left : anchor.right - width;
    box.style.left = `${clamp(atLeft, innerWidth - width)}px`;
    box.style.top = `${clamp(fits ? below : above, innerHeight - height)}px`;
}

function clamp(at: number, most: number): number {
    return Math.max(MARGIN_PX, Math.min(at, most - MARGIN_PX));
}
