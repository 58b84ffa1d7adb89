import { ProblemError } from "@/api/problem";
import { openChannel } from "@/api/socket";
import type { Change, Draft, Point, Task } from "../model/types";
import { createStore } from "../model/store/store";
import type { AnnotatorStore } from "../model/store/types";
import { answerServices } from "../model/sync/answers";
import { createClient } from "../model/sync/client";
import { createPresence } from "../model/sync/presence";
import type { ClientState, Services } from "../model/sync/services";
import type { Presence } from "../model/sync/types";
import type { Incoming } from "../model/sync/wire";
import { postParting, readAnnotations } from "./annotations";
import { answerRemote } from "./answers";
import { browserOutbox } from "./outbox";

export interface SessionOptions {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly task: Task;
  /** Own shapes of a round of several people, which nobody else sees, and not the image's annotations. */
  readonly answer?: boolean | undefined;
  /** Whose changes these are: what is kept in the browser is kept by person and image. */
  readonly user: string;
  /** What every change takes along, for instance pixels from shapes of other classes. */
  readonly prepare?: ((change: Change, store: AnnotatorStore) => Change) | undefined;
}

export interface OpenSession {
  readonly key: string;
  readonly store: AnnotatorStore;
  readonly presence: Presence;
  readonly actions: { point(at: Point | null): void; show(draft: Draft | null): void; reload(): void };
  subscribe(listener: () => void): () => void;
  state(): ClientState;
  /** Of an answer: hands it in. */
  readonly handIn: (() => Promise<void>) | null;
  /** Connects; returns what ends it. */
  start(): () => void;
}

const outbox = browserOutbox();

export function keyOf({ id, width, height, task, user, answer }: SessionOptions): string {
  return [id, width, height, task, user, answer === true ? "answer" : ""].join(" ");
}

const ownerOf = (user: string, asset: string) => `${user}:${asset}`;
/** Not among the images with unsent changes: an answer is opened from its round. */
const answerOwnerOf = (user: string, asset: string) => `answer:${user}:${asset}`;

/** The session of an image: store, socket and outbox together. */
export function openSession(options: SessionOptions): OpenSession {
  const { id, user, prepare, answer, ...picture } = options;
  const store = createStore({ width: picture.width, height: picture.height, task: picture.task, ...(prepare ? { prepare } : {}) });
  const presence = createPresence();
  const own = answer === true ? answerServices(answerRemote(id), outbox) : null;
  const client = createClient(store, presence, own ?? servicesOf(id), own ? answerOwnerOf(user, id) : ownerOf(user, id));
  return {
    key: keyOf(options),
    store,
    presence,
    actions: { point: client.point, show: client.show, reload: client.reload },
    subscribe: client.subscribe,
    state: client.state,
    handIn: own && own.handIn,
    start() {
      const stop = client.start();
      window.addEventListener("pagehide", client.hurry);
      return () => {
        window.removeEventListener("pagehide", client.hurry);
        stop();
      };
    },
  };
}

function servicesOf(assetId: string): Services {
  return {
    connect({ after, message, broken, refused }) {
      const channel = openChannel({
        path: () => `/ws/assets/${assetId}?after=${after()}`,
        onMessage: (raw) => message(raw as Incoming),
        onState: (state) => state === "waiting" && broken(),
        onRefused: refused,
      });
      // A socket can look open for minutes after the network has gone.
      window.addEventListener("offline", channel.restart);
      const close = () => {
        window.removeEventListener("offline", channel.restart);
        channel.close();
      };
      return { ...channel, close };
    },
    read: () => readAnnotations(assetId),
    post: (operation) => postParting(assetId, operation),
    isPassing: (error) => !(error instanceof ProblemError) || error.status === 0 || error.status === 429 || error.status >= 500,
    outbox,
  };
}

/** Other images with changes of this person that only this browser has; they are sent when the image is opened. */
export async function unsentImages(user: string, but: string): Promise<string[]> {
  const prefix = ownerOf(user, "");
  const owners = await outbox.owners(prefix).catch(() => []);
  return owners.map((owner) => owner.slice(prefix.length)).filter((asset) => asset !== but);
}
