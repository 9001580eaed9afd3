import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import go from "highlight.js/lib/languages/go";
import java from "highlight.js/lib/languages/java";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { createLowlight } from "lowlight";

/** A piece of code of one kind; null for what is not coloured. */
export interface Piece {
    text: string;
    kind: "word" | "text" | "number" | "name" | "note" | "added" | "removed" | null;
}

const lowlight = createLowlight({ bash, c, cpp, csharp, css, diff, go, java, json, python, ruby, rust, sql, typescript, xml, yaml });
lowlight.registerAlias({ typescript: ["javascript", "js", "jsx", "mjs", "ts", "tsx"], xml: ["html", "svg"] });

/** The highlighter's many classes, as the few that have a colour. */
const KINDS: [RegExp, Piece["kind"]][] = [
    [/comment|quote|doctag/, "note"],
    [/string|regexp|char|link/, "text"],
    [/number|literal|symbol|bullet/, "number"],
    [/addition/, "added"],
    [/deletion/, "removed"],
    [/keyword|operator|meta|selector|tag$|built_in|type/, "word"],
    [/title|name|attr|section|property|variable|function|class/, "name"],
];

type Node = ReturnType<typeof lowlight.highlight>["children"][number];

/** Code in pieces, each of one kind. Null for a language that is not known. */
export function highlight(language: string, text: string): Piece[] | null {
    if (!lowlight.registered(language.toLowerCase())) return null;
    return lowlight.highlight(language.toLowerCase(), text).children.flatMap((node) => piecesOf(node, null));
}

function piecesOf(node: Node, kind: Piece["kind"]): Piece[] {
    if (node.type === "text") return [{ text: node.value, kind }];
    if (node.type !== "element") return [];
    const names = node.properties["className"];
    const name = Array.isArray(names) ? names.join(" ") : "";
    const own = KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? kind;
    return node.children.flatMap((child) => piecesOf(child as Node, own));
}
