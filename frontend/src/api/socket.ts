export type SocketState = "connecting" | "open" | "waiting";

interface Options {
  /** Asked anew at every connection, so that a reconnect continues where the last one broke. */
  path: () => string;
  onMessage: (message: unknown) => void;
  onState?: (state: SocketState) => void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** The server refuses for good: signed out, not a member, gone. */
const REFUSED = new Set([4400, 4401, 4403, 4404]);

/** A JSON socket that reconnects with growing waits until it is closed; returns the function that closes it. */
export function openSocket({ path, onMessage, onState }: Options): () => void {
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
      wait = FIRST_WAIT;
      onState?.("open");
    };
    current.onmessage = (event: MessageEvent<string>) => {
      if (!closed) onMessage(JSON.parse(event.data));
    };
    current.onclose = (event) => {
      if (closed || REFUSED.has(event.code)) return;
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
  return () => {
    closed = true;
    clearTimeout(timer);
    window.removeEventListener("online", hurry);
    socket?.close();
  };
}
