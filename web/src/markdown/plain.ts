// Untrusted text made fit to look at: characters that reorder what stands around them are shown by
// their code instead of obeyed.

const REORDERING = /[\u202a-\u202e\u2066-\u2069]/g;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** The text with direction overrides shown as `[U+202E]`. */
export function visible(text: string): string {
  return text.replace(REORDERING, (mark) => `[U+${mark.charCodeAt(0).toString(16).toUpperCase()}]`);
}

/** The text with the character references of Markdown replaced by their characters. */
export function decoded(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number.parseInt(decimal, 10);
    const allowed = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
    return allowed ? String.fromCodePoint(code) : "\ufffd";
  });
}
