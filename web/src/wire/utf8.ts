// Byte arithmetic on UTF-16 strings: the protocol counts UTF-8 bytes, JavaScript counts code units.

/** How many bytes `text` takes in UTF-8. A lone surrogate counts three, as U+FFFD does. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) bytes += width(text, index);
  return bytes;
}

/** The index of the code unit at `offset` bytes; the end of the text when there are fewer. */
export function indexAtByte(text: string, offset: number): number {
  let bytes = 0;
  let index = 0;
  while (index < text.length && bytes < offset) {
    bytes += width(text, index);
    index += 1;
  }
  return index > 0 && width(text, index) === 0 ? index + 1 : index;
}

// The second half of a pair is free: its first half has paid for all four bytes.
function width(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (Number.isNaN(unit)) return 1; // past the end
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(index + 1))) return 4;
  if (isLow(unit) && index > 0 && isHigh(text.charCodeAt(index - 1))) return 0;
  return 3;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;
