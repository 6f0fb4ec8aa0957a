import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Entry, FromServer, Op, ToServer } from "../src/protocol";
import { newId, Session, type Answer } from "../src/session";
import { INES, order, table } from "./helpers";

/** A line whose other end is the test. */
class Wire {
  static all: Wire[] = [];
  readyState = 0;
  sent: ToServer[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    Wire.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as ToServer);
  }
  close(code = 1000): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code });
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  says(frame: FromServer): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  get ops(): { id: string; op: Op }[] {
    return this.sent.flatMap((frame) => (frame.t === "ops" ? (frame.ops as { id: string; op: Op }[]) : []));
  }
}

const line = (): Wire => Wire.all[Wire.all.length - 1]!;
const settle = () => vi.waitFor(() => expect(session["loaded"]).toBe("loaded"));
const written = () => new Promise((yes) => setTimeout(yes, 30));
const refused: [Op, Answer][] = [];
let others = 0;
let session: Session;

const begin = (): Session =>
  new Session("ws://here/live", "7", {
    changed: () => undefined,
    others: () => (others += 1),
    refused: (op, answer) => refused.push([op, answer]),
  });

async function welcome(seq = 3): Promise<void> {
  line().open();
  line().says({ t: "welcome", seq, now: Date.now() + 500, you: INES, doc: table() });
  await settle();
}

const remove: Op = { op: "delete", card: "sign" };
const removed = (s: number, o: string, a = "m1"): Entry => ({ s, o, a, d: "delete", e: [{ k: "gone", of: "idea", id: "sign" }] });

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal("WebSocket", Wire);
  Wire.all = [];
  refused.length = 0;
  others = 0;
  session = begin();
  session.start();
});

afterEach(() => {
  session.stop();
  vi.useRealTimers();
});

test("ids are 16 letters the server takes, never the same", () => {
  const ids = new Set(Array.from({ length: 500 }, newId));
  expect(ids.size).toBe(500);
  expect([...ids].every((id) => /^[A-Za-z0-9_-]{16}$/.test(id))).toBe(true);
});

describe("an operation", () => {
  test("is seen at once, sent, and acknowledged by its own entry", async () => {
    await welcome();
    expect(session.now() - Date.now()).toBeGreaterThan(400);
    const answer = session.do(remove);
    expect(order(session.doc)).toBe("·:hello pier:lamp call:");
    expect(order(session.base)).toBe("·:hello pier:sign,lamp call:");
    const [sent] = line().ops;
    expect(sent?.op).toEqual(remove);
    line().says({ t: "ops", seq: 4, ops: [removed(4, sent!.id)] });
    expect(await answer).toEqual({ ok: true });
    expect([session.pending.length, session.seq, others]).toEqual([0, 4, 0]);
    expect(order(session.base)).toBe("·:hello pier:lamp call:");
  });

  test("that is refused is taken back and its author told", async () => {
    await welcome();
    const answer = session.do(remove);
    line().says({ t: "no", id: line().ops[0]!.id, why: "phase", say: "Not while we vote." });
    expect(await answer).toEqual({ ok: false, why: "phase", say: "Not while we vote." });
    expect(order(session.doc)).toBe("·:hello pier:sign,lamp call:");
    expect(refused.map(([op]) => op)).toEqual([remove]);
    expect(session.canUndo).toBe(false);
  });

  test("that came too fast is sent again, the same one", async () => {
    await welcome();
    vi.useFakeTimers();
    void session.do(remove);
    const { id } = line().ops[0]!;
    line().says({ t: "no", id, why: "limit", say: "A little slower." });
    expect(order(session.doc)).toBe("·:hello pier:lamp call:");
    vi.advanceTimersByTime(3000);
    expect(line().ops.map((sent) => sent.id)).toEqual([id, id]);
    expect(refused).toEqual([]);
  });

  test("waits for those under way", async () => {
    await welcome();
    void session.do({ op: "set", card: "lamp", field: "text", value: "one", base: 3 });
    void session.do({ op: "set", card: "lamp", field: "text", value: "one two", base: 3 });
    expect(line().ops.length).toBe(1);
    const set = (s: number, v: string): Entry => ({ s, o: line().ops[s - 4]!.id, a: "m1", d: "set", e: [{ k: "set", of: "idea", id: "lamp", f: "text", v }] });
    line().says({ t: "ops", seq: 4, ops: [set(4, "one")] });
    expect(line().ops[1]?.op).toMatchObject({ value: "one two" });
    line().says({ t: "ops", seq: 5, ops: [set(5, "one two, merged")] });
    expect(session.doc.ideas.find((card) => card.id === "lamp")?.text).toBe("one two, merged");
  });

  test("of any number is sent fifty at a time", async () => {
    await welcome();
    line().close(1006);
    for (let n = 0; n < 120; n += 1) void session.do({ op: "say", chat: { id: `s${n}`, text: "Hello" } });
    session.retry();
    line().open();
    line().says({ t: "welcome", seq: 3, now: Date.now(), you: INES, ops: [], people: { m9: "Amir" } });
    const counts = [];
    while (session.pending.length) {
      const now = line().sent.at(-1)!;
      if (now.t !== "ops") throw new Error("nothing sent");
      counts.push(now.ops.length);
      for (const { id } of now.ops) line().says({ t: "ack", id, seq: 4 });
    }
    expect(counts).toEqual([50, 50, 20]);
    expect(session.doc.people["m9"]).toBe("Amir");
  });

  test("of great length goes in frames the server takes", async () => {
    await welcome();
    line().close(1006);
    for (let n = 0; n < 40; n += 1) void session.do({ op: "set", card: "lamp", field: "principle", value: "ä".repeat(2000), base: 3 });
    session.retry();
    line().open();
    line().says({ t: "welcome", seq: 3, now: Date.now(), you: INES, ops: [] });
    const sizes = [];
    while (session.pending.length) {
      const now = line().sent.at(-1)!;
      if (now.t !== "ops") throw new Error("nothing sent");
      sizes.push(new TextEncoder().encode(JSON.stringify(now)).length);
      for (const { id } of now.ops) line().says({ t: "ack", id, seq: 4 });
    }
    expect(Math.max(...sizes)).toBeLessThan(64 * 1024);
  });

  test("that finds the board full is given back in the end", async () => {
    await welcome();
    vi.useFakeTimers();
    const answer = session.do(remove);
    for (let n = 0; n < 5; n += 1) {
      line().says({ t: "no", id: line().ops[0]!.id, why: "limit", say: "At most 200 fit." });
      vi.advanceTimersByTime(3000);
    }
    expect((await answer).why).toBe("limit");
    expect([line().ops.length, refused.length]).toEqual([5, 1]);
  });

  test("of one's own is undone, the last first", async () => {
    await welcome();
    void session.do(remove);
    void session.do({ op: "phase", to: "vote" });
    expect(session.canUndo).toBe(true);
    void session.undo();
    expect(order(session.doc)).toBe("·:hello pier:sign,lamp call:");
    expect(session.canUndo).toBe(false);
    expect(session.undo()).toBeUndefined();
  });
});

describe("what can be taken back", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => kept.set(key, text) };

  test("outlives a reload of the tab, for this person on this board", async () => {
    vi.stubGlobal("sessionStorage", storage);
    await welcome();
    void session.do(remove);
    const id = line().ops[0]!.id;
    line().says({ t: "ops", seq: 4, ops: [removed(4, id)] });
    session.stop();
    session = begin();
    session.start();
    await welcome(4);
    expect(session.canUndo).toBe(true);
    void session.undo();
    expect(line().ops.map(({ op }) => op)).toEqual([{ op: "undo", undo: id }]);
    expect([...kept.values()]).toEqual(["[]"]);
    vi.stubGlobal("sessionStorage", undefined);
  });

  test("reaches back to the reload where a browser keeps nothing", async () => {
    await welcome();
    void session.do(remove);
    session.stop();
    session = begin();
    session.start();
    await welcome();
    expect(session.canUndo).toBe(false);
  });
});

describe("the others", () => {
  test("are applied under what is pending here", async () => {
    await welcome();
    void session.do({ op: "move", card: "lamp", step: "call", after: null });
    line().says({ t: "ops", seq: 4, ops: [removed(4, "theirs-1", "m2")] });
    expect(order(session.doc)).toBe("·:hello pier: call:lamp");
    expect(others).toBe(1);
  });

  test("missed ones are asked for", async () => {
    await welcome();
    line().says({ t: "ops", seq: 6, ops: [removed(6, "theirs-1", "m2")] });
    expect(line().sent.at(-1)).toEqual({ t: "hello", since: 3 });
    line().says({ t: "resync" });
    expect(line().sent.at(-1)).toEqual({ t: "hello", since: 0 });
  });

  test("presence and a goodbye", async () => {
    await welcome();
    line().says({ t: "here", people: [{ actor: "m2", name: "Jonas", role: "member", card: "lamp" }] });
    line().says({ t: "bye", why: "withdrawn" });
    expect(session.people.map((person) => person.name)).toEqual(["Jonas"]);
    session.at("lamp");
    session.at("lamp");
    expect(line().sent.filter((frame) => frame.t === "at")).toEqual([{ t: "at", card: "lamp" }]);
  });
});

describe("a lost connection", () => {
  test("loses nothing: it is tried again, told what was missed, and sends what waited", async () => {
    await welcome();
    vi.useFakeTimers();
    const first = line();
    void session.do(remove);
    first.close(1006);
    expect(session.state).toEqual({ is: "away", code: 1006 });
    void session.do({ op: "delete", card: "lamp" });
    vi.advanceTimersByTime(500);
    const second = line();
    expect(second).not.toBe(first);
    second.open();
    expect(second.sent).toEqual([{ t: "hello", since: 3 }]);
    second.says({ t: "welcome", seq: 4, now: Date.now(), you: INES, ops: [removed(4, first.ops[0]!.id)] });
    expect(session.state.is).toBe("live");
    expect(second.ops.map((sent) => sent.op)).toEqual([{ op: "delete", card: "lamp" }]);
    expect(order(session.doc)).toBe("·:hello pier: call:");
  });

  test("an operation that had arrived is acknowledged when it comes again", async () => {
    await welcome();
    const answer = session.do(remove);
    line().says({ t: "ack", id: line().ops[0]!.id, seq: 4 });
    expect(await answer).toEqual({ ok: true });
    expect(session.pending).toEqual([]);
  });

  test("waits longer each time, and not for ever", async () => {
    await welcome();
    vi.useFakeTimers();
    vi.spyOn(Math, "random").mockReturnValue(1);
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      line().close(1006);
      const before = Wire.all.length;
      let waited = 0;
      while (Wire.all.length === before && waited < 60_000) {
        vi.advanceTimersByTime(100);
        waited += 100;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
    vi.restoreAllMocks();
  });

  test("a silent line is given up", async () => {
    await welcome();
    vi.useFakeTimers();
    session.retry();
    line().open();
    line().says({ t: "welcome", seq: 3, now: Date.now(), you: INES, ops: [] });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(line().sent.at(-1)).toEqual({ t: "ping" });
    line().says({ t: "pong", now: Date.now() });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(session.state.is).toBe("live");
    await vi.advanceTimersByTimeAsync(16_000);
    expect(session.state.is).not.toBe("live");
  });

  test("a board that another process serves is asked for again, without haste", async () => {
    await welcome();
    vi.useFakeTimers();
    line().close(4409);
    expect(session.state).toEqual({ is: "away", code: 4409 });
    vi.advanceTimersByTime(3700);
    expect(Wire.all.length).toBe(1);
    vi.advanceTimersByTime(11_400);
    expect(Wire.all.length).toBe(2);
  });

  test.each([4401, 4403, 4404])("a door that stays shut is not knocked at again: %i", async (code) => {
    await welcome();
    vi.useFakeTimers();
    line().close(code);
    expect(session.state).toEqual({ is: "shut", code });
    vi.advanceTimersByTime(60_000);
    expect(Wire.all.length).toBe(1);
  });
});

describe("a reload", () => {
  test("finds what was not acknowledged and sends it with its own id", async () => {
    await welcome();
    void session.do(remove);
    const { id } = line().ops[0]!;
    line().close(1006);
    void session.do({ op: "delete", card: "lamp" });
    await written();
    session.stop();

    session = begin();
    session.start();
    await welcome();
    expect(line().ops.map((sent) => sent.id)).toEqual([id, session.pending[1]!.id]);
    expect(order(session.doc)).toBe("·:hello pier: call:");
    for (const [n, sent] of line().ops.entries()) line().says({ t: "ack", id: sent.id, seq: 4 + n });
    await written();
    session.stop();

    session = begin();
    session.start();
    await welcome();
    expect(session.pending).toEqual([]);
  });

  test("by somebody else on the same computer finds nothing", async () => {
    await welcome();
    line().close(1006);
    void session.do(remove);
    await written();
    session.stop();
    session = begin();
    session.start();
    line().open();
    line().says({ t: "welcome", seq: 3, now: 0, you: { ...INES, actor: "m2" }, doc: table() });
    await settle();
    expect(session.pending).toEqual([]);
  });

  test("works without a store", async () => {
    session.stop();
    vi.stubGlobal("indexedDB", { open: () => { throw new Error("private window"); } });
    session = begin();
    session.start();
    await welcome();
    void session.do(remove);
    expect(line().ops.length).toBe(1);
  });
});
