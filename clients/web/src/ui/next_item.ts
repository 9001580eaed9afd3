/** Where a key leads in a list of items, if it leads anywhere. The first `toggles` stand on one line. */
export function nextItem(key: string, at: number, all: HTMLElement[], toggles: number, rtl: boolean): number | undefined {
    const inLine = at < toggles;
    if (key === "ArrowDown") return inLine ? toggles % all.length : (at + 1) % all.length;
    if (key === "ArrowUp") return inLine ? all.length - 1 : at === toggles && toggles > 0 ? 0 : (at - 1 + all.length) % all.length;
    if (key === "ArrowRight" || key === "ArrowLeft") return inLine ? (at + ((key === "ArrowRight") !== rtl ? 1 : -1) + toggles) % toggles : undefined;
    if (key === "Home") return 0;
    if (key === "End") return all.length - 1;
    if (key.length !== 1 || key === " ") return undefined;
    const order = [...all.slice(at + 1), ...all.slice(0, at + 1)];
    const found = order.find((item) => item.textContent?.toLocaleLowerCase().startsWith(key.toLocaleLowerCase()));
    return found ? all.indexOf(found) : undefined;
}
