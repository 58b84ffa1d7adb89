import type { KeptOp } from "../model/store/pending";
import { inOrder, keptOf, type Outbox } from "../model/sync/outbox";

const NAME = "tessera-annotator";
const OPS = "ops";

type Row = KeptOp & { owner: string };

/** The outbox of this browser; it outlives the page and the browser's process. */
export function browserOutbox(factory: () => IDBFactory = () => indexedDB): Outbox {
  let opened: Promise<IDBDatabase> | null = null;
  const database = () => {
    opened ??= open(factory()).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };

  async function run<T>(mode: IDBTransactionMode, work: (ops: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    // "relaxed" would answer before the disk has it.
    const transaction = (await database()).transaction(OPS, mode, { durability: "strict" });
    const request = work(transaction.objectStore(OPS));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error("The browser keeps nothing."));
    });
  }

  return {
    async load(owner) {
      const rows = await run<Row[]>("readonly", (ops) => ops.getAll(all(owner)));
      return inOrder(rows.map(keptOf));
    },
    async put(owner, op) {
      await run("readwrite", (ops) => ops.put({ owner, ...op } satisfies Row));
    },
    async remove(owner, op) {
      await run("readwrite", (ops) => ops.delete([owner, op]));
    },
    async owners(prefix) {
      const keys = await run("readonly", (ops) => ops.getAllKeys(IDBKeyRange.bound([prefix], [`${prefix}\uffff`])));
      return [...new Set(keys.map((key) => (key as [string, string])[0]))];
    },
  };
}

function all(owner: string): IDBKeyRange {
  // An array is greater than every text.
  return IDBKeyRange.bound([owner], [owner, []]);
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(OPS, { keyPath: ["owner", "op"] });
    request.onerror = () => reject(request.error ?? new Error("The browser keeps nothing."));
    request.onsuccess = () => {
      const database = request.result;
      database.onversionchange = () => database.close();
      resolve(database);
    };
  });
}
