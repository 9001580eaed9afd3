export type Values = Record<string, string | number>;

/**
 * Fills a message of the catalogue: `{name}` and `{count, plural, one {…} other {…}}` with `#`,
 * the parts of ICU MessageFormat that the catalogues use.
 */
export function formatMessage(message: string, values: Values, locale: string): string {
    let out = "";
    for (let at = 0; at < message.length; ) {
        if (message[at] !== "{") {
            out += message[at++];
            continue;
        }
        const end = closingBrace(message, at);
        out += formatArgument(message.slice(at + 1, end), values, locale);
        at = end + 1;
    }
    return out;
}

function formatArgument(argument: string, values: Values, locale: string): string {
    const [name = "", kind, ...rest] = argument.split(",");
    const value = values[name.trim()] ?? "";
    if (kind?.trim() !== "plural") return typeof value === "number" ? format(value, locale) : value;
    const forms = pluralForms(rest.join(","));
    const count = Number(value);
    const form = forms.get(`=${count}`) ?? forms.get(new Intl.PluralRules(locale).select(count)) ?? forms.get("other") ?? "";
    return formatMessage(form.replaceAll("#", format(count, locale)), values, locale);
}

function format(value: number, locale: string): string {
    return new Intl.NumberFormat(locale).format(value);
}

function pluralForms(text: string): Map<string, string> {
    const forms = new Map<string, string>();
    for (let at = text.indexOf("{"); at >= 0; ) {
        const end = closingBrace(text, at);
        const start = text.lastIndexOf("}", at) + 1;
        forms.set(text.slice(start, at).trim(), text.slice(at + 1, end));
        at = text.indexOf("{", end);
    }
    return forms;
}

function closingBrace(text: string, open: number): number {
    let depth = 0;
    for (let at = open; at < text.length; at++) {
        if (text[at] === "{") depth += 1;
        if (text[at] === "}" && --depth === 0) return at;
    }
    throw new SyntaxError(`An opening brace without its closing one in: ${text}`);
}
