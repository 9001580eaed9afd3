/**
 * Puts a text on the clipboard; rejects where the browser does not let it. Over plain http from afar only the
 * old way is there, by a field that is selected: where a dialog is open it must stand in it.
 */
export async function copyText(text: string): Promise<void> {
    if ("clipboard" in navigator) return navigator.clipboard.writeText(text);
    const before = document.activeElement;
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "hidden-visually";
    ([...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body).append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    if (!copied) throw new Error("The browser does not let this page copy.");
}
