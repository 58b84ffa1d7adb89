/*
 * One's own answer to an image, kept whole on the server, as the client's services: operations are applied here, the
 * whole answer is saved, and each operation is confirmed when the server has it. There is nobody else in an answer, so
 * what the socket of an image tells is made up here, in the same order and with revisions that count up by one.
 */
import type { Outbox } from "./outbox";
import type { Link, LinkEvents, Services } from "./services";
import type { WireChange, WireOperation, WireProblem, WireShape } from "./wire";

export interface AnswerDocument {
  readonly revision: number;
  readonly results: WireShape[];
  /** Handed in: it can be looked at only. */
  readonly isDone: boolean;
}

/** The server's side of it; what fails throws. */
export interface AnswerRemote {
  read(): Promise<AnswerDocument>;
  save(revision: number, shapes: readonly object[], done: boolean): Promise<AnswerDocument>;
  /** The HTTP status of what was thrown, 0 where nothing was answered. */
  problemOf(error: unknown): WireProblem & { status: number };
}

export interface AnswerServices extends Services {
  /** Hands the answer in as the server has it. Call it when everything is saved. */
  handIn(): Promise<void>;
}

/** Strokes that follow each other quickly are saved together. */
const GATHER_MS = 300;
const AGAIN_MS = 3_000;
const STALE = 412;
/** Nothing that is sent again would be taken: handed in, signed out, not allowed, gone. */
const FINAL = [401, 403, 404, 409];
/** New shapes cover older ones until the server has said when they were made. */
const UNBORN = "9999-12-31T00:00:00+00:00";
/** What an API answer says of a shape beyond what is sent. */
const TOLD = ["area", "box", "created_by", "revision", "created_at", "updated_at"];

export function answerServices(remote: AnswerRemote, outbox: Outbox): AnswerServices {
  let shapes = new Map<string, WireShape>();
  let revision = 0;
  let saved = 0;
  let isDone = false;
  let queue: WireOperation[] = [];
  let events: LinkEvents | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy: Promise<unknown> | null = null;
  /** After a refusal each goes by itself, so that only what is wrong is refused. */
  let oneByOne = false;

  async function read() {
    const answer = await remote.read();
    saved = answer.revision;
    isDone = answer.isDone;
    revision += 1;
    shapes = new Map(answer.results.map((shape) => [shape.id, { ...shape, revision }]));
    return { revision, results: [...shapes.values()] };
  }

  function welcome(): void {
    events?.message({ type: "welcome", session: "answer", revision, people: [], can_annotate: !isDone });
  }

  function plan(wait = GATHER_MS): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void flush();
    }, wait);
  }

  async function flush(): Promise<void> {
    if (busy !== null || queue.length === 0) return;
    const batch = oneByOne ? queue.slice(0, 1) : queue;
    queue = queue.slice(batch.length);
    busy = save(batch);
    await busy;
    busy = null;
    if (queue.length > 0) plan(0);
    else oneByOne = false;
  }

  async function save(batch: WireOperation[]): Promise<void> {
    const next = new Map(shapes);
    const changes = batch.map((operation) => ({ op: operation.op, ...apply(next, operation) }));
    try {
      const answer = await remote.save(saved, inOrder(next).map(bare), false);
      saved = answer.revision;
      confirm(changes, next, new Map(answer.results.map((shape) => [shape.id, shape])));
    } catch (error) {
      failed(batch, remote.problemOf(error));
    }
  }

  /** The same answers that a room gives: what became of each operation, and that it is accepted. */
  function confirm(changes: Applied[], next: Map<string, WireShape>, stored: ReadonlyMap<string, WireShape>): void {
    shapes = next;
    for (const { op, created, updated, deleted, gone } of changes) {
      const settle = (id: string): WireShape[] => {
        const shape = next.get(id);
        const kept = stored.get(id);
        if (!shape || !kept) return [];
        // The server may have tidied the geometry. Every save tells new times: a shape keeps the first that it got.
        const settled = { ...kept, created_at: shape.created_at === UNBORN ? kept.created_at : shape.created_at, revision };
        next.set(id, settled);
        return [settled];
      };
      if (created.length + updated.length + deleted.length > 0) {
        revision += 1;
        const change: WireChange = {
          ...{ revision, op, actor: null, deleted },
          created: created.flatMap(settle),
          updated: updated.flatMap(settle),
        };
        events?.message({ type: "change", ...change });
      }
      const refused = gone.map((id) => ({ id, reason: "gone" as const, message: "It is not there any more.", current: null }));
      events?.message({ type: "accepted", op, revision, refused });
    }
  }

  function failed(batch: WireOperation[], problem: WireProblem & { status: number }): void {
    const { status } = problem;
    if (status === STALE) {
      // Saved from elsewhere: it is read anew, and what is not confirmed is sent again on top of that.
      queue = [];
      events?.message({ type: "reload", revision });
      welcome();
    } else if (FINAL.includes(status)) {
      queue = [];
      events?.refused();
    } else if (status >= 400 && status < 500 && status !== 429 && status !== 408) {
      if (batch.length === 1) for (const { op } of batch) events?.message({ type: "refused", op, problem });
      else {
        oneByOne = true;
        queue = [...batch, ...queue];
      }
    } else {
      queue = [];
      events?.broken();
      again();
    }
  }

  function again(): void {
    setTimeout(() => {
      if (events === null) return;
      remote.read().then(
        (answer) => {
          if (answer.revision !== saved) events?.message({ type: "reload", revision });
          welcome();
        },
        (error: unknown) => (FINAL.includes(remote.problemOf(error).status) ? events?.refused() : again()),
      );
    }, AGAIN_MS);
  }

  function connect(next: LinkEvents): Link {
    events = next;
    const open = () => setTimeout(() => events === next && welcome());
    open();
    return {
      send(message) {
        const said = message as { type: string } & WireOperation;
        if (said.type === "change") {
          queue.push(said);
          plan();
        } else if (said.type === "ping") setTimeout(() => next.message({ type: "pong" }));
        return true;
      },
      close() {
        if (events === next) events = null;
        clearTimeout(timer);
        timer = undefined;
        // What was not saved is in the outbox, and comes again with the next visit.
        queue = [];
      },
      restart: open,
    };
  }

  return {
    connect,
    read,
    // The whole answer is more than a page that goes away may send; the outbox has what is missing.
    post: () => undefined,
    isPassing: (error) => {
      const { status } = remote.problemOf(error);
      return status === 0 || status === 429 || status >= 500;
    },
    outbox,
    async handIn() {
      while (busy !== null) await busy;
      const answer = await remote.save(saved, inOrder(shapes).map(bare), true);
      saved = answer.revision;
      isDone = true;
      welcome();
    },
  };
}

interface Applied {
  op: string;
  created: string[];
  updated: string[];
  deleted: string[];
  /** What was to be changed and is not there. */
  gone: string[];
}

/** Does what an operation says; doing it twice changes nothing more. */
function apply(shapes: Map<string, WireShape>, operation: WireOperation): Omit<Applied, "op"> {
  const done: Omit<Applied, "op"> = { created: [], updated: [], deleted: [], gone: [] };
  for (const item of operation.create as WireShape[]) {
    const before = shapes.get(item.id);
    const blank = { z: 0, track: null, source: "human", score: null, attributes: {}, revision: 0, created_at: before?.created_at ?? UNBORN };
    shapes.set(item.id, { ...blank, ...item });
    done.created.push(item.id);
  }
  for (const update of operation.update as WireShape[]) {
    const item = without(update, ["base"]) as WireShape;
    const before = shapes.get(item.id);
    if (before === undefined) {
      done.gone.push(item.id);
      continue;
    }
    const isMoved = item.polygons != null || item.mask != null || item.bbox != null;
    const kept = isMoved ? (without(before, ["polygons", "mask", "bbox"]) as WireShape) : before;
    shapes.set(item.id, { ...kept, ...item });
    done.updated.push(item.id);
  }
  for (const { id } of operation.delete) if (shapes.delete(id)) done.deleted.push(id);
  return done;
}

/** As they are painted: by z, and the older first. */
function inOrder(shapes: ReadonlyMap<string, WireShape>): WireShape[] {
  const births = new Map([...shapes.values()].map((shape) => [shape, Date.parse(shape.created_at)]));
  return [...shapes.values()].sort((a, b) => a.z - b.z || (births.get(a) ?? 0) - (births.get(b) ?? 0));
}

/** A shape as it is sent. */
function bare(shape: WireShape): object {
  return Object.fromEntries(Object.entries(without(shape, TOLD)).filter(([, value]) => value !== null));
}

function without(record: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}
