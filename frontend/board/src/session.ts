// One person's session on one board: what the server has said, what is under way, and the line between. Knows no page.

import { advance, EMPTY } from "./doc";
import { Line, type State } from "./line";
import { Outbox } from "./outbox";
import { foresee, type Pending } from "./predict";
import type { Doc, Entry, FromServer, Op, Person, You } from "./protocol";

export interface Answer {
  ok: boolean;
  why?: string;
  say?: string;
}

export interface Listener {
  /** Something to be seen has changed. */
  changed(): void;
  /** Others did this. */
  others(entries: Entry[], before: Doc): void;
  /** An operation of this person was refused. */
  refused(op: Op, answer: Answer): void;
}

const AT_ONCE = 50;
const BYTES = 32_000;
const BREATH = 1500;
const PATIENCE = 5;
const FINAL = new Set(["phase", "reveal", "timer", "commit", "undo"]);
const REMEMBERED = 50;
const NOBODY: You = { actor: "", name: "", role: "member" };

/**
 * An id of 16 letters: the time, then 48 random bits. Ids of one hour lie together, and so they do in the log's index:
 * a write touches few of its pages. `randomUUID` would need a secure context, and a workshop may run on plain http.
 */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  const random = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  return Date.now().toString(36) + random;
}

/** As many of the oldest as one frame takes; always one. */
function fitting(pending: Pending[]): Pending[] {
  let bytes = 0;
  const most = pending.slice(0, AT_ONCE);
  const over = most.findIndex(({ op }, n) => (bytes += JSON.stringify(op).length * 2 + 40) > BYTES && n > 0);
  return over < 0 ? most : most.slice(0, over);
}

export class Session {
  base: Doc = EMPTY;
  seq = 0;
  you: You = NOBODY;
  people: Person[] = [];
  pending: Pending[] = [];
  ready = false;
  /** The server's clock less ours, in ms. */
  offset = 0;

  private readonly line: Line;
  private readonly outbox: Outbox;
  private history: string[] = [];
  private readonly waiting = new Map<string, (answer: Answer) => void>();
  private readonly tries = new Map<string, number>();
  private flying = new Set<string>();
  private card: string | null = null;
  private loaded: "" | "loading" | "loaded" = "";
  private seen: Doc = EMPTY;
  private breath: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, private readonly board: string, private readonly listener: Listener) {
    this.outbox = new Outbox(board);
    this.line = new Line(url, {
      opened: () => this.line.send({ t: "hello", since: this.ready ? this.seq : 0 }),
      heard: (frame) => this.heard(frame),
      changed: () => {
        if (this.line.state.is !== "live") this.flying.clear();
        listener.changed();
      },
    });
  }

  get state(): State {
    return this.line.state;
  }

  /** The document as this person should see it: what the server said, and what they did since. */
  get doc(): Doc {
    return this.seen;
  }

  get canUndo(): boolean {
    return this.history.length > 0;
  }

  now(): number {
    return Date.now() + this.offset;
  }

  start(): void {
    this.line.open();
  }

  stop(): void {
    clearTimeout(this.breath);
    this.line.close();
  }

  retry(): void {
    this.line.open();
  }

  /** Do something: seen at once, kept until acknowledged. Fulfilled with the server's answer. */
  do(op: Op): Promise<Answer> {
    const pending = { id: newId(), op, at: this.now() };
    this.pending = [...this.pending, pending];
    if (!FINAL.has(op.op)) {
      this.history.push(pending.id);
      this.remember();
    }
    void this.outbox.keep(this.you.actor, pending);
    this.refresh();
    this.flush();
    return new Promise((resolve) => this.waiting.set(pending.id, resolve));
  }

  /** Take back one's own last operation; undefined when there is none. */
  undo(): Promise<Answer> | undefined {
    const id = this.history.pop();
    this.remember();
    return id === undefined ? undefined : this.do({ op: "undo", undo: id });
  }

  /** Tell the others which card this person has open. */
  at(card: string | null): void {
    if (card === this.card) return;
    this.card = card;
    this.line.send({ t: "at", card });
  }

  private get memory(): string {
    return `neoncard-undo-${this.board}-${this.you.actor}`;
  }

  /** What can be taken back outlives a reload of this tab; a browser that keeps nothing still works. */
  private remember(): void {
    this.history = this.history.slice(-REMEMBERED);
    try {
      sessionStorage.setItem(this.memory, JSON.stringify(this.history));
    } catch {
      // refused or full: undo reaches back to the reload
    }
  }

  private recalled(): string[] {
    try {
      return JSON.parse(sessionStorage.getItem(this.memory) ?? "[]") as string[];
    } catch {
      return [];
    }
  }

  private refresh(): void {
    this.seen = foresee(this.base, this.pending, this.you);
    this.listener.changed();
  }

  private heard(frame: FromServer): void {
    switch (frame.t) {
      case "welcome":
        void this.welcome(frame);
        break;
      case "ops":
        this.took(frame.ops);
        break;
      case "ack":
        this.settle(frame.id, { ok: true });
        this.refresh();
        this.flush();
        break;
      case "no":
        this.no(frame.id, { ok: false, why: frame.why, say: frame.say });
        break;
      case "here":
        this.people = frame.people;
        this.listener.changed();
        break;
      case "resync":
        this.line.send({ t: "hello", since: 0 });
        break;
      case "pong":
        this.offset = frame.now - Date.now();
    }
  }

  private async welcome(frame: Extract<FromServer, { t: "welcome" }>): Promise<void> {
    this.you = frame.you;
    this.offset = frame.now - Date.now();
    this.flying.clear();
    if (frame.doc) {
      this.base = frame.doc;
      this.seq = frame.seq;
    } else {
      this.base = { ...this.base, people: { ...this.base.people, ...frame.people } };
      this.took(frame.ops ?? []);
    }
    this.ready = true;
    this.line.settled();
    if (this.card) this.line.send({ t: "at", card: this.card });
    this.refresh();
    if (!this.loaded) {
      this.loaded = "loading";
      this.history = [...this.recalled(), ...this.history];
      const kept = await this.outbox.load(this.you.actor);
      const known = new Set(this.pending.map(({ id }) => id));
      this.pending = [...kept.filter(({ id }) => !known.has(id)), ...this.pending];
      this.loaded = "loaded";
      if (kept.length) this.refresh();
    }
    this.flush();
  }

  private took(entries: Entry[]): void {
    const before = this.base;
    const { doc, seq, gap, took } = advance(this.base, this.seq, entries);
    this.base = doc;
    this.seq = seq;
    for (const entry of took) this.settle(entry.o, { ok: true });
    const others = took.filter((entry) => entry.a !== this.you.actor);
    this.refresh();
    if (others.length) this.listener.others(others, before);
    if (gap) this.line.send({ t: "hello", since: this.seq });
    this.flush();
  }

  private settle(id: string, answer: Answer): void {
    if (!this.pending.some((pending) => pending.id === id)) return;
    this.pending = this.pending.filter((pending) => pending.id !== id);
    this.flying.delete(id);
    this.tries.delete(id);
    void this.outbox.drop([id]);
    this.waiting.get(id)?.(answer);
    this.waiting.delete(id);
  }

  private no(id: string, answer: Answer): void {
    const tries = (this.tries.get(id) ?? 0) + 1;
    if (answer.why === "limit" && tries < PATIENCE) {
      // Too much at once: the same operation a moment later, and nothing is lost. A full board stays full.
      this.tries.set(id, tries);
      this.flying.clear();
      clearTimeout(this.breath);
      this.breath = setTimeout(() => this.flush(), BREATH * (1 + Math.random()));
      return;
    }
    const own = this.pending.find((pending) => pending.id === id);
    const at = this.history.indexOf(id);
    if (at >= 0) this.history.splice(at, 1);
    this.remember();
    this.settle(id, answer);
    this.refresh();
    if (own) this.listener.refused(own.op, answer);
    this.flush();
  }

  /** One frame at a time: the next is sent when all of the last have been answered. */
  private flush(): void {
    if (this.line.state.is !== "live" || this.loaded !== "loaded" || this.flying.size) return;
    const next = fitting(this.pending);
    if (!next.length) return;
    this.flying = new Set(next.map(({ id }) => id));
    this.line.send({ t: "ops", ops: next.map(({ id, op }) => ({ id, op })) });
  }
}
