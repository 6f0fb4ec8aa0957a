import { describe, expect, test } from "vitest";
import { advance, apply, position } from "../src/doc";
import type { Effect, Entry } from "../src/protocol";
import { idea, order, step, table } from "./helpers";

const entry = (s: number, ...e: Effect[]): Entry => ({ s, o: `op-${s}`, a: "m2", d: "set", e });

describe("effects", () => {
  test.each<[string, Effect, string]>([
    ["a step laid first", { k: "put", of: "step", card: step("new"), after: null }, "·:hello new: pier:sign,lamp call:"],
    ["a step laid between", { k: "put", of: "step", card: step("new"), after: "pier" }, "·:hello pier:sign,lamp new: call:"],
    ["a step laid after one that is gone", { k: "put", of: "step", card: step("new"), after: "x" }, "·:hello pier:sign,lamp call: new:"],
    ["an idea laid first in a gap", { k: "put", of: "idea", card: idea("new", "pier"), step: "pier", after: null }, "·:hello pier:new,sign,lamp call:"],
    ["an idea laid after another", { k: "put", of: "idea", card: idea("new", "pier"), step: "pier", after: "sign" }, "·:hello pier:sign,new,lamp call:"],
    ["an idea laid in an empty gap", { k: "put", of: "idea", card: idea("new", "call"), step: "call", after: null }, "·:hello pier:sign,lamp call:new"],
    ["an idea put again stays one", { k: "put", of: "idea", card: idea("sign", "pier"), step: "pier", after: "lamp" }, "·:hello pier:lamp,sign call:"],
    ["a step moved", { k: "move", of: "step", id: "call", after: null }, "·:hello call: pier:sign,lamp"],
    ["an idea moved within its gap", { k: "move", of: "idea", id: "lamp", after: null }, "·:hello pier:lamp,sign call:"],
    ["an idea moved to another gap", { k: "move", of: "idea", id: "sign", step: null, after: "hello" }, "·:hello,sign pier:lamp call:"],
    ["a move of what is gone", { k: "move", of: "idea", id: "x", step: null, after: null }, "·:hello pier:sign,lamp call:"],
    ["an idea gone", { k: "gone", of: "idea", id: "sign" }, "·:hello pier:lamp call:"],
  ])("%s", (_name, effect, expected) => {
    expect(order(apply(table(), effect))).toBe(expected);
  });

  test("a field set changes that card and leaves the others as they were", () => {
    const before = table();
    const after = apply(before, { k: "set", of: "idea", id: "sign", f: "text", v: "A lit sign" });
    expect(after.ideas.map((card) => card.text)).toEqual(["hello", "A lit sign", "lamp"]);
    expect(after.ideas[0]).toBe(before.ideas[0]);
    expect(after.steps).toBe(before.steps);
    expect(before.ideas[1]?.text).toBe("sign");
  });

  test("the board, comments, chat, people and votes", () => {
    const comment = { id: "c1", card: "sign", author: "m2", text: "How?", at: 1, resolved: false };
    const effects: Effect[] = [
      { k: "set", of: "board", f: "phase", v: "vote" },
      { k: "put", of: "comment", card: comment },
      { k: "set", of: "comment", id: "c1", f: "resolved", v: true },
      { k: "put", of: "chat", card: { id: "s1", author: "m2", text: "Hello", at: 1 } },
      { k: "put", of: "person", card: { id: "g3", name: "Ada" } },
      { k: "mine", votes: ["sign"] },
      { k: "cast", n: 4 },
    ];
    const doc = effects.reduce(apply, table());
    expect(doc.board.phase).toBe("vote");
    expect(doc.comments).toEqual([{ ...comment, resolved: true }]);
    expect(doc.chat.map((line) => line.text)).toEqual(["Hello"]);
    expect(doc.people).toEqual({ m1: "Ines", m2: "Jonas", g3: "Ada" });
    expect([doc.mine, doc.cast]).toEqual([["sign"], 4]);
  });

  test("no more chat is kept than the server keeps", () => {
    let doc = table();
    for (let n = 0; n < 205; n += 1) doc = apply(doc, { k: "put", of: "chat", card: { id: `s${n}`, author: "m1", text: "", at: n } });
    expect(doc.chat.length).toBe(200);
    expect(doc.chat[0]?.id).toBe("s5");
  });

  test("one it does not know changes nothing", () => {
    const doc = table();
    expect(apply(doc, { k: "later" } as unknown as Effect)).toBe(doc);
  });
});

describe("a run of entries", () => {
  const named = (s: number, v: string): Entry => entry(s, { k: "set", of: "board", f: "title", v });

  test("is applied in order, and what was had before is passed over", () => {
    const got = advance(table(), 4, [named(4, "old"), named(5, "a"), named(6, "b")]);
    expect([got.doc.board.title, got.seq, got.gap, got.took.length]).toEqual(["b", 6, false, 2]);
  });

  test("stops before a gap", () => {
    const got = advance(table(), 4, [named(5, "a"), named(7, "c")]);
    expect([got.doc.board.title, got.seq, got.gap]).toEqual(["a", 5, true]);
  });
});

test("a card's position counts its own row", () => {
  expect(position(table(), "lamp")).toEqual({ at: 2, of: 2 });
  expect(position(table(), "call")).toEqual({ at: 2, of: 2 });
  expect(position(table(), "x")).toBeNull();
});
