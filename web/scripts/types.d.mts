export const outputPath: string;
export function generate(): string;
