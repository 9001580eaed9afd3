/** What a message is filled with. */
export type Values = Record<string, string | number>;

/** A message taken apart: words, arguments, choices by plural category or by word. */
export type Part =
    | string
    | { kind: "argument"; name: string }
    | { kind: "count" }
    | { kind: "plural" | "selectordinal" | "select"; name: string; forms: ReadonlyMap<string, Part[]> };

/**
 * Reads ICU MessageFormat as far as catalogues need it: `{name}`, `plural`, `selectordinal` and
 * `select` with `#` and exact numbers (`=0`), nested at will, and apostrophes around what is meant
 * literally. Throws a SyntaxError that names the message.
 */
export function parseMessage(message: string): Part[] {
    const reader = new Reader(message);
    const parts = reader.parts(false);
    if (!reader.atEnd) throw reader.fault("a closing brace too many");
    return parts;
}

export function formatParts(parts: readonly Part[], values: Values, locale: string, count = 0): string {
    return parts.map((part) => formatPart(part, values, locale, count)).join("");
}

export function formatMessage(message: string, values: Values, locale: string): string {
    return formatParts(parseMessage(message), values, locale);
}

function formatPart(part: Part, values: Values, locale: string, count: number): string {
    if (typeof part === "string") return part;
    if (part.kind === "count") return number(locale).format(count);
    const value = values[part.name] ?? "";
    if (part.kind === "argument") return typeof value === "number" ? number(locale).format(value) : value;
    const category = part.kind === "select" ? String(value) : plural(locale, part.kind).select(Number(value));
    const form = part.forms.get(`=${value}`) ?? part.forms.get(category) ?? part.forms.get("other") ?? [];
    return formatParts(form, values, locale, part.kind === "select" ? count : Number(value));
}

/** Making one of Intl's formatters is slow, using it is not. */
function remembered<Made>(make: (key: string) => Made): (key: string) => Made {
    const known = new Map<string, Made>();
    return (key) => {
        let made = known.get(key);
        if (made === undefined) known.set(key, (made = make(key)));
        return made;
    };
}

const number = remembered((locale) => new Intl.NumberFormat(locale));
const cardinals = remembered((locale) => new Intl.PluralRules(locale));
const ordinals = remembered((locale) => new Intl.PluralRules(locale, { type: "ordinal" }));
const plural = (locale: string, kind: "plural" | "selectordinal") => (kind === "plural" ? cardinals : ordinals)(locale);

class Reader {
    private at = 0;

    constructor(private readonly text: string) {}

    get atEnd(): boolean {
        return this.at >= this.text.length;
    }

    fault(what: string): SyntaxError {
        return new SyntaxError(`${what}, at ${this.at} of: ${this.text}`);
    }

    parts(counted: boolean): Part[] {
        const parts: Part[] = [];
        let words = "";
        const flush = () => {
            if (words !== "") parts.push(words);
            words = "";
        };
        for (; !this.atEnd && this.text[this.at] !== "}"; ) {
            const letter = this.text[this.at]!;
            if (letter === "'") words += this.quoted();
            else if (letter === "{") {
                flush();
                parts.push(this.argument(counted));
            } else {
                if (letter === "#" && counted) {
                    flush();
                    parts.push({ kind: "count" });
                } else words += letter;
                this.at += 1;
            }
        }
        flush();
        return parts;
    }

    /** An apostrophe before a brace begins what is literal, two are one, and any other is itself. */
    private quoted(): string {
        this.at += 1;
        if (this.text[this.at] === "'") return (this.at += 1), "'";
        if (!/[{}#|]/.test(this.text[this.at] ?? "")) return "'";
        const end = this.text.indexOf("'", this.at);
        const words = this.text.slice(this.at, end < 0 ? undefined : end);
        this.at = end < 0 ? this.text.length : end + 1;
        return words;
    }

    private argument(counted: boolean): Part {
        this.expect("{");
        const name = this.word();
        if (this.skip("}")) return { kind: "argument", name };
        this.expect(",");
        const kind = this.word();
        if (kind !== "plural" && kind !== "selectordinal" && kind !== "select") throw this.fault(`${kind} is not known`);
        this.expect(",");
        const forms = new Map<string, Part[]>();
        while (!this.skip("}")) {
            const key = this.word();
            this.expect("{");
            forms.set(key, this.parts(counted || kind !== "select"));
            this.expect("}");
        }
        if (!forms.has("other")) throw this.fault(`${name} has no form "other"`);
        return { kind, name, forms };
    }

    private word(): string {
        this.space();
        const word = /^[=\w]+/.exec(this.text.slice(this.at, this.at + 40))?.[0];
        if (!word) throw this.fault("a name is missing");
        this.at += word.length;
        return word;
    }

    private skip(letter: string): boolean {
        this.space();
        if (this.text[this.at] !== letter) return false;
        this.at += 1;
        return true;
    }

    private expect(letter: string): void {
        if (!this.skip(letter)) throw this.fault(`${letter} is missing`);
    }

    private space(): void {
        while (/\s/.test(this.text[this.at] ?? "")) this.at += 1;
    }
}
