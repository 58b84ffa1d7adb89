import type { Draft, Point } from "../types";
import type { SyncedStore } from "../store/store";
import { createGestures } from "./gestures";
import { createKeeper } from "./keeper";
import type { LivePresence } from "./presence";
import type { ClientState, Link, Services } from "./services";
import type { SaveStatus } from "./types";
import { type Incoming, readChange, readShape, type WireChange, type WireProblem, writeOperation } from "./wire";

export interface Client {
  subscribe(listener: () => void): () => void;
  state(): ClientState;
  /** Connects. What it returns ends that, once everything has been sent or a while has passed. */
  start(): () => void;
  /** The page may be gone in a moment: send what is small enough. */
  hurry(): void;
  reload(): void;
  point(at: Point | null): void;
  show(draft: Draft | null): void;
}

// Unanswered operations at once: after a day offline the server is not flooded.
const WINDOW = 20;
const LARGEST = 8_000_000;
// Browsers let about 64 KiB go out with keepalive.
const LAST_WORDS = 60_000;
const LINGER = 20_000;
const QUIET = 20_000;
const DEAD = 45_000;
const AGAIN = 3_000;
const MOST_TRIES = 5;

export function createClient(store: SyncedStore, presence: LivePresence, services: Services, owner: string): Client {
  const { replica } = store;
  const keeper = createKeeper(replica, services.outbox, owner);
  const listeners = new Set<() => void>();
  const inFlight = new Set<string>();
  const tries = new Map<string, number>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let current: ClientState = { status: { state: "loading", kept: 0 }, problem: null };
  let problem: unknown = null;
  let link: Link | null = null;
  let loading: Promise<void> | null = null;
  let isLoaded = false;
  let isRestored = false;
  let isStopped = true;
  let isLive = false;
  let isBroken = false;
  let isRefused = false;
  let readAgain = false;
  /** Changes are missing until the document has been read. */
  let isBehind = false;
  let hasMet = false;
  let heard = 0;
  let waiting: WireChange[] = [];
  let lingering: ReturnType<typeof setTimeout> | undefined;
  let pulse: ReturnType<typeof setInterval> | undefined;
  const say = (message: object) => isLive && link !== null && link.send(message);
  const gestures = createGestures(say, () => !store.snapshot().locked);

  const later = (work: () => void, wait: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, wait);
    timers.add(timer);
  };

  /** After anything has happened: send, keep and tell. */
  function proceed(): void {
    pump();
    keeper.update();
    store.refresh();
    tell();
    if (lingering !== undefined && status().kept === 0) end();
  }

  function status(): SaveStatus {
    const kept = replica.ops.filter(({ accepted }) => accepted === null).length;
    if (isRefused) return { state: "refused", kept };
    // Before the welcome nobody knows whether this person may draw: it is not the time to say so.
    if (!isLoaded || (!hasMet && !isBroken)) return { state: "loading", kept };
    if (isBroken) return { state: "offline", kept };
    return { state: kept === 0 ? "saved" : "saving", kept };
  }

  function tell(): void {
    const next = status();
    const { status: before } = current;
    if (next.state === before.state && next.kept === before.kept && problem === current.problem) return;
    current = { status: next, problem };
    for (const listener of [...listeners]) listener();
  }

  function pump(): void {
    if (!isLive || link === null) return;
    for (const op of replica.sendable(WINDOW)) {
      if (inFlight.has(op.op)) continue;
      const message = { type: "change", ...writeOperation(op) };
      if (JSON.stringify(message).length > LARGEST) {
        replica.refuse(op.op, "It is too large to be sent at once.");
        continue;
      }
      if (!link.send(message)) return;
      inFlight.add(op.op);
      if (!op.sent) replica.dirty.add(op);
      op.sent = true;
    }
  }

  function hear(message: Incoming): void {
    heard = Date.now();
    if (message.type === "welcome") welcome(message.can_annotate);
    if (presence.hear(message)) return;
    if (message.type === "change") {
      if (loading || isBehind) waiting.push(message);
      else receive(message);
    } else if (message.type === "reload") {
      reload();
    } else if (message.type === "accepted") {
      inFlight.delete(message.op);
      tries.delete(message.op);
      replica.accepted(message.op, message.revision, message.refused);
    } else if (message.type === "refused" && message.op !== null) {
      refused(message.op, message.problem);
    } else return;
    proceed();
  }

  function welcome(mayAnnotate: boolean): void {
    isLive = true;
    isBroken = false;
    inFlight.clear();
    store.setLocked(!mayAnnotate);
    hasMet = true;
    gestures.sayAgain();
    proceed();
  }

  function receive(message: WireChange): void {
    if (!replica.receive(readChange(message))) reload();
  }

  function refused(op: string, { status: code = 500, detail, title }: WireProblem): void {
    const count = (tries.get(op) ?? 0) + 1;
    tries.set(op, count);
    const isPassing = code === 429 || code === 503 || code === 401 || (code >= 500 && count < MOST_TRIES);
    if (!isPassing) {
      tries.delete(op);
      inFlight.delete(op);
      replica.refuse(op, detail || title || "The server gave no reason.");
      return;
    }
    later(() => {
      inFlight.delete(op);
      proceed();
    }, Math.min(1000 * count, 15_000));
  }

  function reload(): void {
    if (loading) {
      readAgain = true;
      return;
    }
    isBehind = true;
    loading = read().finally(() => {
      loading = null;
      const again = readAgain;
      readAgain = false;
      if (again) reload();
      else catchUp();
    });
  }

  async function read(): Promise<void> {
    try {
      if (!isRestored) {
        const kept = await keeper.load();
        // Started twice in a row (strict mode), it still comes once.
        if (!isRestored) store.restore(kept);
        isRestored = true;
      }
      const { revision, results } = await services.read();
      replica.reset(revision, results.map(readShape));
      isLoaded = true;
      isBehind = false;
      problem = null;
    } catch (error) {
      problem = error;
      if (services.isPassing(error) || isLoaded) later(reload, AGAIN);
      else isRefused = true;
    }
  }

  /** What came while the document was read; then the connection, where there is none. */
  function catchUp(): void {
    const messages = isBehind ? [] : waiting;
    if (!isBehind) waiting = [];
    for (const message of messages) {
      if (isBehind) waiting.push(message);
      else receive(message);
    }
    if (isLoaded && link === null && !isStopped) open();
    proceed();
  }

  function open(): void {
    link = services.connect({
      after: () => replica.revision,
      message: hear,
      broken() {
        isLive = false;
        isBroken = true;
        inFlight.clear();
        presence.clear();
        // Nobody has said whether I may: then I may until the server says no.
        if (!hasMet) store.setLocked(false);
        tell();
      },
      refused() {
        isLive = false;
        isRefused = true;
        store.setLocked(true);
        presence.clear();
        tell();
      },
    });
  }

  /** Lines that died without a word (a laptop that slept) are asked, and given up when they do not answer. */
  function beat(): void {
    if (!isLive) return;
    const silence = Date.now() - heard;
    if (silence > DEAD) link?.restart();
    else if (silence > QUIET) say({ type: "ping" });
  }

  function end(): void {
    clearTimeout(lingering);
    lingering = undefined;
    clearInterval(pulse);
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    gestures.stop();
    link?.close();
    link = null;
    isLive = isBroken = isRefused = false;
    inFlight.clear();
    presence.clear();
  }

  store.onPending = proceed;
  store.subscribe(() => gestures.select(store.snapshot().selection));

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => current,
    start() {
      isStopped = false;
      clearTimeout(lingering);
      lingering = undefined;
      clearInterval(pulse);
      pulse = setInterval(beat, QUIET / 2);
      if (link === null && loading === null) reload();
      return () => {
        isStopped = true;
        if (isLoaded && status().kept > 0) lingering = setTimeout(end, LINGER);
        else end();
      };
    },
    hurry() {
      let room = LAST_WORDS;
      for (const op of replica.sendable(WINDOW)) {
        const operation = writeOperation(op);
        room -= JSON.stringify(operation).length;
        if (room < 0) return;
        services.post(operation);
      }
    },
    reload,
    point: gestures.point,
    show: gestures.show,
  };
}
