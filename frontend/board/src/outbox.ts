// What was done here and not yet acknowledged, kept in the browser so that neither a lost connection nor a reload
// loses it. In memory first: a browser that refuses IndexedDB (private windows) still works until it is closed.

import type { Op } from "./protocol";
import type { Pending } from "./predict";

interface Kept extends Pending {
  board: string;
  actor: string;
  n?: number;
}

const STORE = "ops";

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open("neoncard-board", 1);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(STORE, { keyPath: "n", autoIncrement: true });
    store.createIndex("id", "id", { unique: true });
    store.createIndex("whose", ["board", "actor"]);
  };
  return done(request);
}

/** The outbox of one person on one board. */
export class Outbox {
  private readonly db: Promise<IDBDatabase | null>;

  constructor(private readonly board: string) {
    this.db = Promise.resolve().then(opened).catch(() => null);
  }

  /** What `actor` did on this board and nobody has acknowledged, oldest first. */
  async load(actor: string): Promise<Pending[]> {
    const db = await this.db;
    if (!db) return [];
    const index = db.transaction(STORE).objectStore(STORE).index("whose");
    const kept = (await done(index.getAll(IDBKeyRange.only([this.board, actor])))) as Kept[];
    return kept.sort((a, b) => a.n! - b.n!).map(({ id, op, at }) => ({ id, op, at }));
  }

  /** Keep one; the promise is fulfilled once it is in the browser's store. */
  async keep(actor: string, { id, op, at }: Pending): Promise<void> {
    const db = await this.db;
    if (!db) return;
    // A copy without the proxies of the page's state, which the store cannot clone.
    const plain = JSON.parse(JSON.stringify(op)) as Op;
    await done(db.transaction(STORE, "readwrite").objectStore(STORE).add({ id, op: plain, at, board: this.board, actor }))
      .catch(() => undefined);
  }

  /** Forget what was acknowledged or refused. */
  async drop(ids: string[]): Promise<void> {
    const db = await this.db;
    if (!db || !ids.length) return;
    const store = db.transaction(STORE, "readwrite").objectStore(STORE);
    for (const id of ids) {
      const key = await done(store.index("id").getKey(id));
      if (key !== undefined) await done(store.delete(key));
    }
  }
}
