/**
 * What the browser has to fetch before the page can be used: the scripts and styles that index.html
 * names, compressed. Prints it; ends with 1 past the hard limit.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const BUDGET_KB = 180;
const LIMIT_KB = 250;
const dist = resolve(dirname(fileURLToPath(import.meta.url)), "../dist");

export function firstLoad() {
    const page = readFileSync(`${dist}/index.html`, "utf8");
    const named = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(js|css))"/g)];
    const sum = (type, pack) => named.filter(([, , ending]) => ending === type).reduce((bytes, [, file]) => bytes + pack(readFileSync(`${dist}/${file}`)).length, 0);
    const kb = (bytes) => Math.round(bytes / 102.4) / 10;
    return { js_gzip_kb: kb(sum("js", gzipSync)), js_brotli_kb: kb(sum("js", brotliCompressSync)), css_gzip_kb: kb(sum("css", gzipSync)) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const { js_gzip_kb: js, js_brotli_kb, css_gzip_kb } = firstLoad();
    console.log(`before first use: ${js} KB of JavaScript (gzip; ${js_brotli_kb} KB with Brotli), ${css_gzip_kb} KB of CSS; budget ${BUDGET_KB} KB, limit ${LIMIT_KB} KB`);
    if (js > BUDGET_KB) console.log(`the budget is exceeded by ${Math.round(js - BUDGET_KB)} KB`);
    if (js > LIMIT_KB) process.exitCode = 1;
}
