// The house rules of the clients that a machine can see: who leans on whom, no `any`, promises that
// somebody waits for, hooks used as React wants them, markup that everybody can use.

import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import { readdirSync } from "node:fs";
import tseslint from "typescript-eslint";

const FOLDERS = ["app", "features", "state", "ui", "routes", "i18n"];
const MAY_LEAN_ON = {
    app: ["features", "state", "ui", "routes", "i18n"],
    features: ["state", "ui", "routes", "i18n"],
    state: [],
    ui: [],
    routes: [],
    i18n: [],
};
/** The parts of the page, lowest first: each leans on those before it alone. */
const FEATURES = [
    "text", "lazy", "filters", "emoji", "notify", "people", "rooms", "moderation", "members", "reports", "settings", "details",
    "person_card", "composer", "timeline", "threads", "search", "saved", "login", "admin",
];
const unlisted = readdirSync(new URL("../web/src/features", import.meta.url)).filter((name) => !FEATURES.includes(name));
if (unlisted.length > 0) throw new Error(`FEATURES leaves out ${unlisted.join(", ")}.`);
const COMPONENT_LINES = 150;
/** Only `state` knows the SDK as more than types. */
const SDK = { group: ["@natternet/sdk"], allowTypeImports: true, message: "Only `state` talks to the SDK." };
const RAW_HTML = { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Words are words: no raw HTML." };
const NETWORK = ["fetch", "WebSocket", "XMLHttpRequest", "EventSource", "indexedDB"];

/** Imports of what is in these folders, `up` from where one is. */
function importsOf(folders, up, message) {
    return folders.length > 0 ? [{ regex: `^${up}(${folders.join("|")})/`, message }] : [];
}

/** What lies in a folder of the page: which imports it does without, be they made at once or later. */
function without(imports, folder, talks) {
    const later = imports.map(({ regex, message }) => ({ selector: `ImportExpression > Literal[value=/${regex.replaceAll("/", "\\u002F")}/]`, message }));
    return {
        files: [`web/src/${folder}/**/*.{ts,tsx}`],
        rules: {
            "@typescript-eslint/no-restricted-imports": ["error", { patterns: [...imports, ...(talks ? [] : [SDK])] }],
            "no-restricted-syntax": ["error", RAW_HTML, ...later],
            ...(talks ? {} : { "no-restricted-globals": ["error", ...NETWORK.map((what) => ({ name: what, message: "Only `state` talks to the network and the disk." }))] }),
        },
    };
}

function importsAbove(layer) {
    const forbidden = FOLDERS.filter((other) => other !== layer && !MAY_LEAN_ON[layer].includes(other));
    return importsOf(forbidden, "(\\.\\./)+", `\`${layer}\` leans on ${MAY_LEAN_ON[layer].join(", ") || "none of the page's own folders"}.`);
}

function layer(name) {
    return without(importsAbove(name), name, name === "state");
}

function feature(name, at) {
    const above = importsOf(FEATURES.slice(at + 1), "\\.\\./", `\`${name}\` leans on the features that FEATURES names before it.`);
    return without([...importsAbove("features"), ...above], `features/${name}`, false);
}

export default tseslint.config(
    { ignores: ["**/dist/**", "**/.test/**", "**/*.gen.ts"] },
    ...tseslint.configs.recommendedTypeChecked,
    {
        languageOptions: {
            parserOptions: { project: ["sdk/tsconfig.json", "web/tsconfig.json", "web/tsconfig.worker.json"], tsconfigRootDir: new URL("..", import.meta.url).pathname },
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        rules: {
            eqeqeq: "error",
            "no-restricted-syntax": ["error", RAW_HTML],
            // `const { gone: _, ...rest }` is how something is left out.
            "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_", ignoreRestSiblings: true }],
            // What a form holds under a name of a text field is a text.
            "@typescript-eslint/no-base-to-string": "off",
            // A store or a mock is asynchronous for those who have to wait.
            "@typescript-eslint/require-await": "off",
            "@typescript-eslint/no-empty-object-type": "off",
            // Props and options are written as methods; none of them leans on `this`.
            "@typescript-eslint/unbound-method": "off",
            "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
        },
    },
    {
        files: ["web/src/**/*.{ts,tsx}"],
        plugins: { "react-hooks": reactHooks },
        rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" },
    },
    { files: ["web/src/**/*.tsx"], ...jsxA11y.flatConfigs.recommended },
    {
        files: ["web/src/**/*.tsx"],
        rules: {
            "max-lines": ["error", { max: COMPONENT_LINES }],
            // A dialog, a search and the sign-in begin where one would go anyway; nothing is skipped by it.
            "jsx-a11y/no-autofocus": "off",
            // Composite widgets: arrows go about inside, or the focus stays in a field (ARIA APG); keys
            // are heard by what is around them.
            "jsx-a11y/interactive-supports-focus": "off",
            "jsx-a11y/no-noninteractive-element-interactions": ["error", { handlers: ["onClick"] }],
            "jsx-a11y/no-static-element-interactions": ["error", { handlers: ["onClick"] }],
            // What scrolls can be reached, also without a mouse.
            "jsx-a11y/no-noninteractive-tabindex": ["error", { roles: ["tabpanel", "region", "group"], tags: ["pre"] }],
            // A list without bullets is none any more to some readers, unless it says so.
            "jsx-a11y/no-redundant-roles": ["error", { ul: ["list"], ol: ["list"] }],
        },
    },
    // The field above hears the keys of its list of choices.
    { files: ["web/src/features/rooms/QuickSwitcher.tsx"], rules: { "jsx-a11y/click-events-have-key-events": "off" } },
    ...FOLDERS.map(layer),
    ...FEATURES.map(feature),
);
