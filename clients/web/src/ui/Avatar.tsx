interface Props {
    /** What decides the colour: an id, so that a new name keeps it. */
    id: string;
    name: string;
    group?: boolean;
    small?: boolean;
}

const HUES = 8;

/** Initials on a colour of one's own. */
export function Avatar({ id, name, group = false, small = false }: Props) {
    return (
        <span
            className="avatar"
            aria-hidden="true"
            data-hue={hueOf(id)}
            data-shape={group ? "group" : "person"}
            data-size={small ? "small" : "normal"}
        >
            {initialsOf(name, group)}
        </span>
    );
}

export function hueOf(id: string): number {
    let sum = 0;
    for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)!) >>> 0;
    return sum % HUES;
}

/** A person's first and last name; the first two words of anything else. */
function initialsOf(name: string, group: boolean): string {
    const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    const letters = [words[0] ?? "?", words.length > 1 ? words.at(group ? 1 : -1)! : ""];
    return letters.map((word) => [...word].slice(0, 1).join("")).join("").toUpperCase();
}
