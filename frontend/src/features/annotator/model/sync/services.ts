import type { Outbox } from "./outbox";
import type { SaveStatus } from "./types";
import type { Incoming, WireOperation, WireShape } from "./wire";

/** A connection that comes back by itself. */
export interface Link {
  /** False where the message cannot go out now. */
  send(message: object): boolean;
  close(): void;
  /** Give this connection up and make a new one. */
  restart(): void;
}

export interface LinkEvents {
  /** Asked at every connection: the revision to go on behind. */
  after(): number;
  message(message: Incoming): void;
  /** Broken; a new connection will be tried. */
  broken(): void;
  /** The server refuses for good: signed out, no member, gone. */
  refused(): void;
}

/** What the client does in the world; tests give their own. */
export interface Services {
  connect(events: LinkEvents): Link;
  read(): Promise<{ revision: number; results: WireShape[] }>;
  /** Sends an operation while the page goes away; nobody hears the answer. */
  post(operation: WireOperation): void;
  /** Whether a failed read is worth another try soon. */
  isPassing(error: unknown): boolean;
  outbox: Outbox;
}

export interface ClientState {
  readonly status: SaveStatus;
  readonly problem: unknown;
}
