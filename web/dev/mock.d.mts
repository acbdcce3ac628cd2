export interface Mock {
  readonly url: string;
  readonly world: { deaf: boolean; paceMs: number; readonly threads: ReadonlyMap<string, { readonly log: readonly { readonly event: { readonly type: string } }[] }> };
  cut(): void;
  closeAll(code: number, reason: string): void;
  sendAll(frame: unknown): void;
  close(): Promise<void>;
}
export const securityHeaders: Readonly<Record<string, string>>;
export function startMock(options?: { readonly port?: number; readonly paceMs?: number }): Promise<Mock>;
