// A value with its unit, in words.
import { visible } from "../markdown/plain";
import { count } from "../ui/words";

const LONGEST_UNIT = 24;

export function amount(value: number | null, unit: string): string {
  if (value === null) return "no value";
  if (unit === "") return count(value);
  return `${count(value)}\u00a0${visible(unit.slice(0, LONGEST_UNIT))}`;
}
