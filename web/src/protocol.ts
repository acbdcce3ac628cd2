// The vocabulary of copilot.v1. Generated from schema/copilot.v1.json by `npm run types`: do not edit.

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** See [`Event::AssistantMessage`]. */
export interface AssistantMessage {
  /** The citations in the text, in order. */
  readonly citations: readonly Citation[];
  /** Why it ended. */
  readonly finish: FinishReason;
  /** Its id, under which it was streamed. */
  readonly messageId: MessageId;
  /** The model that wrote it. */
  readonly model: string;
  /** The run it belongs to. */
  readonly runId: RunId;
  /** The step of the run, from 1. */
  readonly step: number;
  /** What it says: Markdown, untrusted; it may be empty. */
  readonly text: string;
  /** Claims in the text that nothing supports. */
  readonly unsupported: readonly Unsupported[];
  /** What the request used, where the model said so. */
  readonly usage?: Usage | null;
}

export type CallId = string;

/** See [`Command::CancelRun`]. */
export interface CancelRun {
  /** The command. */
  readonly id: CommandId;
  /** The run. */
  readonly runId: RunId;
  /** The thread. */
  readonly threadId: ThreadId;
}

/** How a chart is drawn. */
export type ChartKind = "bars" | "lines";

/** One series of a chart. */
export interface ChartSeries {
  /** What the series is. */
  readonly name: string;
  /** One value a label; `null` is a gap. */
  readonly values: readonly (number | null)[];
}

/** A citation in an assistant's text. */
export interface Citation {
  /** One past its last byte. */
  readonly end: number;
  /** What is cited. */
  readonly evidenceId: EvidenceId;
  /** First byte of `[e2]` in the UTF-8 text. */
  readonly start: number;
}

/** A column of a table. */
export interface Column {
  /** The name in the evidence's rows. */
  readonly key: string;
  /** The name people read. */
  readonly label: string;
  /** Of a `Resource` column: where each row's cell opens in the Azure portal, an https URL, in
   * the order of the rows. Empty where there is no portal, as with the sample estate. */
  readonly portalUrls?: readonly (string | null)[];
  /** How cells are shown and sorted. */
  readonly type: ColumnKind;
}

/** How the cells of a column are shown and sorted. */
export type ColumnKind = "text" | "number" | "percent" | "severity" | "instant" | "resource";

/** What a client asks for. */
export type Command =
  | (Hello & {
      readonly type: "hello";
    })
  | (Ping & {
      readonly type: "ping";
    })
  | (CreateThread & {
      readonly type: "thread.create";
    })
  | (UpdateThread & {
      readonly type: "thread.update";
    })
  | (Subscribe & {
      readonly type: "thread.subscribe";
    })
  | (Unsubscribe & {
      readonly type: "thread.unsubscribe";
    })
  | (StartRun & {
      readonly type: "run.start";
    })
  | (CancelRun & {
      readonly type: "run.cancel";
    });

export type CommandId = string;

export type ConnectionId = string;

/** What was looked at: it ends every answer, so that nobody takes a part for the whole. */
export interface Coverage {
  /** How old the data is: the instant of the oldest answer. */
  readonly dataAt?: string | null;
  /** Scopes that could not be read, and why. */
  readonly failures: readonly CoverageFailure[];
  /** How many could not be read, where that is more than `failures` names. */
  readonly failuresTotal?: number | null;
  /** Rows that were returned. */
  readonly rows: number;
  /** ARM ids of the scopes that were read; names of subscriptions are shown by the client. */
  readonly scopes: readonly string[];
  /** How many scopes were read, where that is more than `scopes` names. */
  readonly scopesTotal?: number | null;
  /** Rows there are, where the source says so and it is more than was returned. */
  readonly total?: number | null;
}

/** A scope that could not be read. */
export interface CoverageFailure {
  /** The error code, ARM's own where there is one. */
  readonly code: string;
  /** What happened, in a sentence. */
  readonly message: string;
  /** The ARM id of the scope, or the tool where no scope is known. */
  readonly scope: string;
}

/** See [`Command::CreateThread`]. */
export interface CreateThread {
  /** The command. */
  readonly id: CommandId;
  /** ARM ids that the thread is bound to; empty for all that is visible. */
  readonly scope?: readonly string[];
  /** The title; from the first message when absent. */
  readonly title?: string | null;
}

/** See [`Frame::Delta`]. */
export interface Delta {
  /** The message in progress. */
  readonly messageId: MessageId;
  /** Where `text` begins in the message, in UTF-8 bytes. */
  readonly offset: number;
  /** The run that writes. */
  readonly runId: RunId;
  /** The fragment. */
  readonly text: string;
  /** The thread. */
  readonly threadId: ThreadId;
}

/** What a tool does to the world. */
export type Effect = "read" | "write" | "destructive";

export type Epoch = string;

/** What went wrong with a command or a connection. */
export type ErrorCode = "badFrame" | "unauthenticated" | "forbidden" | "notFound" | "unknownCommand" | "invalidArgument" | "busy" | "alreadyResolved" | "expired" | "digestMismatch" | "policyDenied" | "rateLimited" | "overloaded" | "upstreamAzure" | "modelUnavailable" | "internal";

/** The estate talked about. */
export interface EstateInfo {
  /** What it is. */
  readonly kind: EstateKind;
  /** Its name: the cloud, the host of the endpoint, or the sample company. */
  readonly name: string;
}

/** What an estate is. */
export type EstateKind = "sample" | "azure" | "custom";

/** What happened in a thread. */
export type Event =
  | (ThreadUpdated & {
      readonly type: "threadUpdated";
    })
  | (RunQueued & {
      readonly type: "runQueued";
    })
  | (RunStarted & {
      readonly type: "runStarted";
    })
  | (RunResumed & {
      readonly type: "runResumed";
    })
  | (AssistantMessage & {
      readonly type: "assistantMessage";
    })
  | (ToolCallRequested & {
      readonly type: "toolCallRequested";
    })
  | (ToolCallCompleted & {
      readonly type: "toolCallCompleted";
    })
  | (RunFinished & {
      readonly type: "runFinished";
    });

/** See [`Frame::Event`]. */
export interface EventFrame {
  /** When it was written. */
  readonly at: string;
  /** What happened. */
  readonly event: Event;
  /** Its number in the thread. */
  readonly seq: number;
  /** The thread. */
  readonly threadId: ThreadId;
}

export type EvidenceId = string;

/** How good or bad a finding is. */
export type FindingTone = "good" | "neutral" | "warning" | "critical";

/** Why a model's reply ended. */
export type FinishReason = "stop" | "toolCalls" | "length" | "contentFilter" | "cut" | "cancelled";

/** What the service sends. */
export type Frame =
  | (Welcome & {
      readonly type: "welcome";
    })
  | (Reply & {
      readonly type: "reply";
    })
  | (Subscribed & {
      readonly type: "thread.subscribed";
    })
  | (EventFrame & {
      readonly type: "event";
    })
  | (Delta & {
      readonly type: "delta";
    })
  | {
      /** The last number sent. */
      readonly seq: number;
      /** The thread. */
      readonly threadId: ThreadId;
      readonly type: "thread.caughtUp";
    }
  | {
      /** The thread. */
      readonly threadId: ThreadId;
      readonly type: "thread.deleted";
    }
  | (Notice & {
      readonly type: "notice";
    })
  | (Goaway & {
      readonly type: "goaway";
    })
  | {
      /** What the `ping` held. */
      readonly t: number;
      readonly type: "pong";
    }
  | {
      /** What was wrong. */
      readonly error: WireError;
      readonly type: "error";
    };

/** See [`Frame::Goaway`]. */
export interface Goaway {
  /** Why. */
  readonly reason: GoawayReason;
  /** How long to wait before the next connection, in milliseconds, jittered. */
  readonly reconnectAfterMs: number;
}

/** Why a connection will be closed. */
export type GoawayReason = "drain" | "maxAge";

/** See [`Command::Hello`]. */
export interface Hello {
  /** What speaks. */
  readonly client: ServerInfo;
  /** Whether to send deltas; bots say false. */
  readonly deltas?: boolean;
  /** The user's IANA time zone; UTC when absent. */
  readonly timeZone?: string | null;
}

/** A limit of [`RunLimits`] that a run reached. */
export type LimitKind = "steps" | "toolCalls" | "workMs" | "tokens" | "invalidCalls";

/** A message in progress. */
export interface LiveMessage {
  /** Its id. */
  readonly messageId: MessageId;
  /** The run that writes it. */
  readonly runId: RunId;
}

export type MessageId = string;

/** The model in use. */
export interface ModelInfo {
  /** Its name. */
  readonly name: string;
  /** How it does. */
  readonly state: ModelState;
}

/** How the model does. */
export type ModelState = "builtIn" | "ready" | "degraded";

/** See [`Frame::Notice`]. */
export interface Notice {
  /** A stable name, e.g. `modelDegraded` or `azureThrottled`. */
  readonly code: string;
  /** How much it matters. */
  readonly level: NoticeLevel;
  /** What happened, for people. */
  readonly message: string;
  /** The thread it concerns. */
  readonly threadId?: ThreadId | null;
}

/** How much a notice matters. */
export type NoticeLevel = "info" | "warning" | "error";

/** How a run ended. */
export type Outcome =
  | {
      readonly kind: "completed";
    }
  | {
      /** Who cancelled. */
      readonly by: PrincipalId;
      readonly kind: "cancelled";
    }
  | {
      readonly kind: "limitReached";
      /** Which one. */
      readonly limit: LimitKind;
    }
  | {
      /** A stable name: `modelUnavailable`, `modelRefused`, `modelCut`, `modelMalformed`,
       * `modelFailed`, `modelTooLong`, `emptyReply`, `replyTooLong`, `contentFilter`,
       * `restart`, `internal`. */
      readonly code: string;
      readonly kind: "failed";
      /** What happened and what to do, for people. */
      readonly message: string;
    };

/** See [`Command::Ping`]. */
export interface Ping {
  /** Given back in the `pong`: milliseconds of the client's clock. */
  readonly t?: number;
}

/** Who speaks. */
export interface Principal {
  /** A stable id. */
  readonly id: PrincipalId;
  /** The name people read. */
  readonly name: string;
  /** What the principal may do here. */
  readonly roles: readonly string[];
}

export type PrincipalId = string;

/** See [`Frame::Reply`]. */
export interface Reply {
  /** This answers a repeat with the first reply. */
  readonly duplicate?: boolean;
  /** Why it was not done. */
  readonly error?: WireError | null;
  /** The command that is answered. */
  readonly id: CommandId;
  /** Whether it was done. */
  readonly ok: boolean;
  /** What came of it, by command. */
  readonly result?: Json;
}

/** Why a run goes on. */
export type ResumeReason = "restart";

/** See [`Event::RunFinished`]. */
export interface RunFinished {
  /** What the run looked at. */
  readonly coverage: Coverage;
  /** How it ended. */
  readonly outcome: Outcome;
  /** The run. */
  readonly runId: RunId;
  /** What it used. */
  readonly usage: Usage;
}

export type RunId = string;

/** What a run may use. A command may lower these, never raise them. */
export interface RunLimits {
  /** Pages that one list may read. */
  readonly pagesPerList?: number;
  /** Model requests. */
  readonly steps?: number;
  /** Tokens of model input and output together. */
  readonly tokens?: number;
  /** Tool calls. */
  readonly toolCalls?: number;
  /** Milliseconds of work; people's time does not count. */
  readonly workMs?: number;
}

/** See [`Event::RunQueued`]. */
export interface RunQueued {
  /** Who asked. */
  readonly by: PrincipalId;
  /** What it may use. */
  readonly limits: RunLimits;
  /** The run. */
  readonly runId: RunId;
  /** The asker's IANA time zone. */
  readonly timeZone: string;
  /** What asked for it. */
  readonly trigger: Trigger;
}

/** See [`Event::RunResumed`]. */
export interface RunResumed {
  /** Why it goes on. */
  readonly reason: ResumeReason;
  /** The run. */
  readonly runId: RunId;
}

/** A run as bots ask for it. */
export interface RunStanding {
  /** The answer: Markdown, untrusted; empty while there is none. */
  readonly answer: string;
  /** The citations in the answer. */
  readonly citations: readonly Citation[];
  /** What the run looked at. */
  readonly coverage: Coverage;
  /** The id of the message that is the answer. */
  readonly messageId?: MessageId | null;
  /** How it ended; none while it goes on. */
  readonly outcome?: Outcome | null;
  /** The run. */
  readonly runId: RunId;
  /** Where it stands. */
  readonly state: RunState;
  /** Claims in the answer that nothing supports. */
  readonly unsupported: readonly Unsupported[];
  /** What it used. */
  readonly usage: Usage;
}

/** See [`Event::RunStarted`]. */
export interface RunStarted {
  /** Who asked. */
  readonly by: PrincipalId;
  /** What it may use. */
  readonly limits: RunLimits;
  /** The model it asks. */
  readonly model: string;
  /** The run. */
  readonly runId: RunId;
  /** The scope it keeps to. */
  readonly scope: readonly string[];
  /** The asker's IANA time zone. */
  readonly timeZone: string;
  /** The tools whose schemas it was offered at its start, in order. */
  readonly tools: readonly string[];
  /** What asked for it. */
  readonly trigger: Trigger;
}

/** Where a run stands. */
export type RunState = "queued" | "running" | "waiting" | "finished";

/** A program and its version. */
export interface ServerInfo {
  /** Its name. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
}

/** See [`Command::StartRun`]. */
export interface StartRun {
  /** The command. */
  readonly id: CommandId;
  /** Lower limits than the service's own; fields left out stay as they are. */
  readonly limits?: RunLimits | null;
  /** What the user says. */
  readonly message: UserMessage;
  /** The thread. */
  readonly threadId: ThreadId;
  /** What to do when the thread is at work. */
  readonly whenBusy?: WhenBusy;
}

/** What went wrong with a call. */
export interface StepError {
  /** ARM's `x-ms-request-id`, for a support case. */
  readonly armRequestId?: string | null;
  /** The code, ARM's own where there is one. */
  readonly code: string;
  /** The message, ARM's own where there is one, secrets redacted. */
  readonly message: string;
}

/** See [`Command::Subscribe`]. */
export interface Subscribe {
  /** The cursor `<epoch>:<seq>`: events after it are sent. */
  readonly after?: string | null;
  /** The command. */
  readonly id: CommandId;
  /** Without a cursor: how many of the last events are sent (200 when absent). */
  readonly last?: number | null;
  /** The thread. */
  readonly threadId: ThreadId;
}

/** See [`Frame::Subscribed`]. */
export interface Subscribed {
  /** The incarnation of its log. */
  readonly epoch: Epoch;
  /** The last number there is. */
  readonly headSeq: number;
  /** The message in progress. */
  readonly live?: LiveMessage | null;
  /** The first number that is kept. */
  readonly oldestSeq: number;
  /** The thread. */
  readonly threadId: ThreadId;
}

export type ThreadId = string;

/** A thread in a list, with what became of it last. */
export interface ThreadListed {
  /** Whether it is archived. */
  readonly archived: boolean;
  /** When its first event was written. */
  readonly createdAt: string;
  /** The incarnation of its log. */
  readonly epoch: Epoch;
  /** The number of its last event. */
  readonly headSeq: number;
  /** How the last run to end did; none while none has, or where much came after it. */
  readonly lastOutcome?: Outcome | null;
  /** Its runs that have not ended. */
  readonly openRuns: number;
  /** Who owns it. */
  readonly owner: PrincipalId;
  /** The scope of its next run. */
  readonly scope: readonly string[];
  /** The thread. */
  readonly threadId: ThreadId;
  /** Its title; empty until it has one. */
  readonly title: string;
  /** When its last event was written. */
  readonly updatedAt: string;
}

/** A thread as lists show it. */
export interface ThreadStanding {
  /** Whether it is archived. */
  readonly archived: boolean;
  /** When its first event was written. */
  readonly createdAt: string;
  /** The incarnation of its log. */
  readonly epoch: Epoch;
  /** The number of its last event. */
  readonly headSeq: number;
  /** Who owns it. */
  readonly owner: PrincipalId;
  /** The scope of its next run. */
  readonly scope: readonly string[];
  /** The thread. */
  readonly threadId: ThreadId;
  /** Its title; empty until it has one. */
  readonly title: string;
  /** When its last event was written. */
  readonly updatedAt: string;
}

/** See [`Event::ThreadUpdated`]. Absent fields did not change. */
export interface ThreadUpdated {
  /** Whether the thread is archived. */
  readonly archived?: boolean | null;
  /** Who changed it; of the first event, the owner. */
  readonly by: PrincipalId;
  /** Who else may take part. */
  readonly participants?: readonly PrincipalId[] | null;
  /** The new scope: ARM ids, empty for all that is visible. Applies to the next run. */
  readonly scope?: readonly string[] | null;
  /** The new title. */
  readonly title?: string | null;
}

/** Something that happened. */
export interface TimelineEntry {
  /** When, RFC 3339. */
  readonly at: string;
  /** By whom, why, from what to what; may be empty. */
  readonly detail: string;
  /** Where that resource opens in the Azure portal, an https URL; absent where there is none. */
  readonly portalUrl?: string | null;
  /** The ARM id of the resource that it happened to, where there is one. */
  readonly resourceId?: string | null;
  /** What, in a few words. */
  readonly title: string;
  /** How good or bad it is. */
  readonly tone: FindingTone;
}

/** See [`Event::ToolCallCompleted`]. */
export interface ToolCallCompleted {
  /** The call. */
  readonly callId: CallId;
  /** What was looked at. */
  readonly coverage?: Coverage | null;
  /** How long it took. */
  readonly durationMs: number;
  /** What went wrong. */
  readonly error?: StepError | null;
  /** The stored result, where there is one. */
  readonly evidenceId?: EvidenceId | null;
  /** Exactly what the model was given, fences included. */
  readonly modelText: string;
  /** Tools that the call added to those offered to the model (`find_tools`). */
  readonly offered?: readonly string[];
  /** How it ended. */
  readonly status: ToolStatus;
  /** The result in one line, for people. */
  readonly summary: string;
  /** Pictures of the result. */
  readonly views: readonly View[];
}

/** See [`Event::ToolCallRequested`]. */
export interface ToolCallRequested {
  /** The arguments; a string where the model's text does not parse. */
  readonly arguments: Json;
  /** Its id. */
  readonly callId: CallId;
  /** What the tool does to the world. */
  readonly effect: Effect;
  /** The evidence id reserved for its result; none where it makes no evidence. */
  readonly evidenceId?: EvidenceId | null;
  /** The run it belongs to. */
  readonly runId: RunId;
  /** The step that asked for it, from 1. */
  readonly step: number;
  /** The tool's title, or its name where it is unknown. */
  readonly title: string;
  /** The tool's name, as the model wrote it. */
  readonly tool: string;
}

/** How a tool call ended. */
export type ToolStatus = "succeeded" | "rejected" | "denied" | "failed" | "cancelled";

/** What started a run. */
export type Trigger = {
  readonly kind: "message";
  /** The client's id of the message. */
  readonly messageId: MessageId;
  /** What the user wrote, secrets redacted. */
  readonly text: string;
};

/** See [`Command::Unsubscribe`]. */
export interface Unsubscribe {
  /** The command. */
  readonly id: CommandId;
  /** The thread. */
  readonly threadId: ThreadId;
}

/** A claim in an assistant's text that nothing supports. */
export interface Unsupported {
  /** One past its last byte. */
  readonly end: number;
  /** First byte of the claim in the UTF-8 text. */
  readonly start: number;
  /** The claim itself. */
  readonly text: string;
}

/** See [`Command::UpdateThread`]. Absent fields stay as they are. */
export interface UpdateThread {
  /** Whether it is archived. */
  readonly archived?: boolean | null;
  /** The command. */
  readonly id: CommandId;
  /** Who else may take part. */
  readonly participants?: readonly PrincipalId[] | null;
  /** The new scope, for the next run. */
  readonly scope?: readonly string[] | null;
  /** The thread. */
  readonly threadId: ThreadId;
  /** The new title. */
  readonly title?: string | null;
}

/** Tokens used, as the model counted them. */
export interface Usage {
  /** Of these, tokens found in the provider's cache. */
  readonly cachedInputTokens?: number;
  /** Tokens read. */
  readonly inputTokens?: number;
  /** Tokens written. */
  readonly outputTokens?: number;
}

/** What a user says. */
export interface UserMessage {
  /** The client's id of the message: a repeat in a thread returns the first run. */
  readonly id: MessageId;
  /** The text, at most 16 KiB. */
  readonly text: string;
}

/** A picture of a result. Data only: the client decides how it looks. */
export type View =
  | {
      /** The columns, in order. */
      readonly columns: readonly Column[];
      readonly kind: "table";
      /** Cells in column order: string, number, boolean or null. */
      readonly rows: readonly (readonly Json[])[];
      /** What the rows are. */
      readonly title: string;
      /** How many rows there are in all. */
      readonly total: number;
    }
  | {
      /** How it is drawn. */
      readonly chart: ChartKind;
      readonly kind: "chart";
      /** Labels of the x axis: categories for bars, RFC 3339 instants for lines. */
      readonly labels: readonly string[];
      /** One value a label each. */
      readonly series: readonly ChartSeries[];
      /** What is drawn. */
      readonly title: string;
      /** The unit of the values, empty when they are counts. */
      readonly unit: string;
    }
  | {
      readonly kind: "gauge";
      /** The value in words, e.g. `23.5 of 58 points`. */
      readonly label: string;
      /** The end of the scale; it begins at 0. */
      readonly max: number;
      /** What is measured. */
      readonly title: string;
      /** The unit of both, e.g. `points` or `%`. */
      readonly unit: string;
      /** The value. */
      readonly value: number;
    }
  | {
      /** What happened; at most 50, the rest is evidence. */
      readonly entries: readonly TimelineEntry[];
      readonly kind: "timeline";
      /** What it is the story of. */
      readonly title: string;
      /** How many there are in all. */
      readonly total: number;
    };

/** See [`Frame::Welcome`]. */
export interface Welcome {
  /** This connection, for support. */
  readonly connectionId: ConnectionId;
  /** The estate talked about. */
  readonly estate: EstateInfo;
  /** The limits of this connection. */
  readonly limits: WireLimits;
  /** The model in use. */
  readonly model: ModelInfo;
  /** Who the client is taken for. */
  readonly principal: Principal;
  /** The protocol spoken. */
  readonly protocol: string;
  /** What answers. */
  readonly server: ServerInfo;
}

/** What to do when the thread is at work. */
export type WhenBusy = "reject" | "queue";

/** An error as clients get it. */
export interface WireError {
  /** What clients match on. */
  readonly code: ErrorCode;
  /** More about it, by code. */
  readonly details?: Json;
  /** What happened and what to do, for people. */
  readonly message: string;
  /** How long to wait before that, in milliseconds. */
  readonly retryAfterMs?: number | null;
  /** Whether the same command may succeed later. */
  readonly retryable: boolean;
}

/** The limits of a connection, so that clients need not guess. */
export interface WireLimits {
  /** A client that is silent for longer than twice this is gone. */
  readonly heartbeatMs: number;
  /** The largest frame a client may send, in bytes. */
  readonly maxFrameInBytes: number;
  /** The largest frame a client gets, in bytes. */
  readonly maxFrameOutBytes: number;
  /** Threads one connection may follow at once. */
  readonly maxSubscriptions: number;
  /** The longest user message, in bytes. */
  readonly maxUserTextBytes: number;
}
