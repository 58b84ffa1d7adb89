export type SocketState = "connecting" | "open" | "waiting";

interface Options {
  /** Asked anew at every connection, so that a reconnect continues where the last one broke. */
  path: () => string;
  onMessage: (message: unknown) => void;
  onState?: (state: SocketState) => void;
  /** Closed for good, with this code. */
  onRefused?: (code: number) => void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** Bytes that may wait to go out; behind a line that slow, more would only make everything late. */
const MOST_WAITING = 16 << 20;
/** The server refuses for good: signed out, not a member, gone. */
const REFUSED = new Set([4400, 4401, 4403, 4404]);

/** A connection in both directions. */
export interface Channel {
  /** False where there is no connection to send on, or it can take no more. */
  send(message: object): boolean;
  close(): void;
  /** Give up a connection that says nothing any more, and make a new one. */
  restart(): void;
}

/** A JSON socket that reconnects with growing waits until it is closed; returns the function that closes it. */
export function openSocket(options: Options): () => void {
  return openChannel(options).close;
}

/** The same for who also has something to say. */
export function openChannel({ path, onMessage, onState, onRefused }: Options): Channel {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT;
  let closed = false;

  const connect = () => {
    onState?.("connecting");
    const { protocol, host } = window.location;
    const current = new WebSocket(`${protocol === "https:" ? "wss" : "ws"}://${host}${path()}`);
    socket = current;
    current.onopen = () => {
      if (socket !== current) return;
      wait = FIRST_WAIT;
      onState?.("open");
    };
    current.onmessage = (event: MessageEvent<string>) => {
      if (!closed && socket === current) onMessage(JSON.parse(event.data));
    };
    current.onclose = (event) => {
      if (closed || socket !== current) return;
      if (REFUSED.has(event.code)) {
        onRefused?.(event.code);
        return;
      }
      onState?.("waiting");
      timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  };

  const hurry = () => {
    if (closed || socket?.readyState === WebSocket.OPEN || socket?.readyState === WebSocket.CONNECTING) return;
    clearTimeout(timer);
    connect();
  };

  // Deferred so that a component mounted twice in a row (strict mode) opens one connection.
  timer = setTimeout(connect, 0);
  window.addEventListener("online", hurry);
  return {
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN || socket.bufferedAmount > MOST_WAITING) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      window.removeEventListener("online", hurry);
      socket?.close();
    },
    restart() {
      if (closed) return;
      const old = socket;
      socket = null;
      old?.close();
      onState?.("waiting");
      clearTimeout(timer);
      connect();
    },
  };
}
