export function sourceFiles(root: string): string[];
export function sourceHash(root: string): string;
