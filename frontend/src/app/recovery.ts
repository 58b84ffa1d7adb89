import { unreachable } from "@/api/problem";

const KEY = "tessera-reloaded-for";
const PATIENCE_MS = 5000;

/** Whether the server answers at all. */
export async function serverAnswers(): Promise<boolean> {
  try {
    const { status } = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    return status < 500;
  } catch {
    return false;
  }
}

interface World {
  answers: () => Promise<boolean>;
  reload: () => void;
  storage: Pick<Storage, "getItem" | "setItem">;
}

const browser = (): World => ({
  answers: serverAnswers,
  reload: () => window.location.reload(),
  storage: sessionStorage,
});

/**
 * The code of a page. Where it does not come: a server that is away is an error to show, since reloading would lose the
 * app; a chunk that is gone after an update is worth one reload, which brings the new ones.
 */
export async function loadPage<T>(load: () => Promise<T>, world: World = browser()): Promise<T> {
  try {
    return await load();
  } catch {
    if (!(await world.answers())) throw unreachable();
  }
  try {
    return await load();
  } catch (error) {
    const failure = String(error);
    if (world.storage.getItem(KEY) === failure) throw error;
    world.storage.setItem(KEY, failure);
    world.reload();
    return new Promise<T>(() => undefined);
  }
}
