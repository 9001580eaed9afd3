interface Props {
    /** What decides the colour: an id, so that a new name keeps it. */
    id: string;
    name: string;
    group?: boolean;
    size?: "tiny" | "small" | "large";
}

const HUES = 12;

/** Initials on a colour of one's own. */
export function Avatar({ id, name, group = false, size }: Props) {
    return (
        <span className="avatar" aria-hidden="true" data-hue={hueOf(id)} data-shape={group ? "group" : "person"} data-size={size}>
            {initialsOf(name, group)}
        </span>
    );
}

export function hueOf(id: string): number {
    let sum = 0;
    for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)!) >>> 0;
    return ((sum ^ (sum >>> 15)) >>> 0) % HUES;
}

/** A person's first and last name; the first two words of anything else. */
export function initialsOf(name: string, group: boolean): string {
    const words = name.split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean);
    const picked = [words[0] ?? "", words.length > 1 ? words.at(group ? 1 : -1)! : ""];
    const letters = picked.map((word) => [...word].slice(0, 1).join("").toLocaleUpperCase());
    // Letters that join, as Arabic's, must not: a space that has no width parts them.
    return letters.filter(Boolean).join("\u200c") || "?";
}
