// The words of copilot.v1 as this client reads them. Everything optional on the wire is optional
// here: unknown fields and unknown event types are ignored, so that an older page survives a newer
// server.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | null;
}

export interface CallError {
  readonly code: string;
  readonly message: string;
  readonly armRequestId?: string | null;
}

export type Trigger =
  | { readonly kind: "message"; readonly messageId: string; readonly text: string }
  | { readonly kind: "workflow"; readonly workflowId: string }
  | { readonly kind: "reverse"; readonly operationId: string };

export interface Coverage {
  readonly scopes?: readonly string[];
  readonly rows?: number | null;
  readonly total?: number | null;
  readonly failures?: readonly Json[];
  readonly dataAt?: string | null;
}
