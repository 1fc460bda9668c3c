// A small part of Markdown as elements: paragraphs, headings, lists, code, strong and emphasized words.
//
// Everything else stays the text it is. There are no links and no images on purpose: what a model writes may be steered by
// what it read, and an address is a way out.

import { h } from "./dom.js";

const inlineMarks = /(`[^`\n]+`|\*\*(?=\S)[^*\n]+\*\*|\*(?=\S)[^*\n]+\*)/;

export function markdown(text) {
    const lines = text.replaceAll("\r\n", "\n").split("\n");
    const blocks = [];
    while (lines.length > 0) {
        const line = lines[0];
        if (line.trim() === "") lines.shift();
        else if (line.startsWith("```")) blocks.push(fence(lines));
        else if (/^#{1,6} /.test(line)) blocks.push(h("p", { class: "subject" }, inline(lines.shift().replace(/^#+ /, ""))));
        else if (itemKind(line)) blocks.push(list(lines));
        else blocks.push(paragraph(lines));
    }
    return blocks;
}

function fence(lines) {
    lines.shift();
    const end = lines.findIndex((line) => line.startsWith("```"));
    const code = lines.splice(0, end < 0 ? lines.length : end);
    lines.shift();
    return h("pre", { tabindex: "0" }, h("code", {}, code.join("\n")));
}

function itemKind(line) {
    return /^\s{0,3}[-*] /.test(line) ? "ul" : /^\s{0,3}\d{1,3}[.)] /.test(line) ? "ol" : null;
}

function list(lines) {
    const kind = itemKind(lines[0]);
    const items = [];
    while (lines.length > 0 && itemKind(lines[0]) === kind) {
        let item = lines.shift().replace(/^\s*([-*]|\d+[.)]) /, "");
        while (/^\s{2,}\S/.test(lines[0] ?? "") && !itemKind(lines[0])) item += ` ${lines.shift().trim()}`;
        items.push(h("li", {}, inline(item)));
    }
    return h(kind, {}, items);
}

function paragraph(lines) {
    const own = [lines.shift()];
    while (lines.length > 0 && lines[0].trim() !== "" && !itemKind(lines[0]) && !/^(#{1,6} |```)/.test(lines[0])) own.push(lines.shift());
    return h("p", {}, own.flatMap((line, index) => [index > 0 && h("br"), inline(line)]));
}

function inline(text) {
    return text.split(inlineMarks).map((part) => {
        if (/^`.+`$/.test(part)) return h("code", {}, part.slice(1, -1));
        if (/^\*\*.+\*\*$/.test(part)) return h("strong", {}, part.slice(2, -2));
        if (/^\*.+\*$/.test(part)) return h("em", {}, part.slice(1, -1));
        return part;
    });
}
