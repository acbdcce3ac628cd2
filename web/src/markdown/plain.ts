// Untrusted text made fit to look at: characters that hide, or reorder what stands around them, are
// shown by their code instead of obeyed.

// Each is shown by its code: what reorders its surroundings, what cannot be seen, controls, tags.
const UNSEEN =
  /([\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}])\1*/gu;
// Joiners and marks of direction have work to do in some scripts and in emoji, none between ASCII.
const JOINERS = /(?<![^\0-\x7f])([\u200c-\u200f\ufe00-\ufe0d\u{e0100}-\u{e01ef}])\1*(?![^\0-\x7f])/gu;
// More marks on one letter than any script has would cover what stands around it.
const STACKED = /(\p{M}{6})\p{M}{3,}/gu;
const ASCII = /^[\t\n\r\x20-\x7e]*$/;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** The text with what cannot be seen, or reorders what can, shown as `[U+202E]`. */
export function visible(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(UNSEEN, coded).replace(JOINERS, coded).replace(STACKED, "$1…");
}

function coded(run: string, mark: string): string {
  const code = (mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const times = run.length / mark.length;
  return times > 1 ? `[U+${code} ×${times}]` : `[U+${code}]`;
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
