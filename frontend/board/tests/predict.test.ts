import { expect, test } from "vitest";
import { foresee, type Pending } from "../src/predict";
import type { Op } from "../src/protocol";
import { INES, order, table } from "./helpers";

const todo = (...ops: Op[]): Pending[] => ops.map((op, n) => ({ id: `op-${n}`, op, at: 1000 }));
const seen = (...ops: Op[]) => foresee(table(), todo(...ops), INES);

test("cards are laid, moved, written and taken away at once", () => {
  const doc = seen(
    { op: "add_step", card: { id: "ferry", title: "First ferry out" }, after: "call" },
    { op: "add_idea", card: { id: "tea", text: "Tea is on us", kind: "treat" }, step: "ferry", after: null },
    { op: "move", card: "sign", step: "call", after: null },
    { op: "move", card: "ferry", after: null },
    { op: "set", card: "tea", field: "text", value: "Tea, on us", base: 3 },
    { op: "set", card: "call", field: "title", value: "Calls us", base: 3 },
    { op: "delete", card: "lamp" },
  );
  expect(order(doc)).toBe("·:hello ferry:tea pier: call:sign");
  expect(doc.ideas.find((card) => card.id === "tea")).toMatchObject({ text: "Tea, on us", kind: "treat", author: "m1", hidden: false });
  expect(doc.steps.find((card) => card.id === "call")?.title).toBe("Calls us");
});

test("the ideas of a step that is taken away go into the gap before it, in order", () => {
  expect(order(seen({ op: "delete", card: "pier" }))).toBe("·:hello,sign,lamp call:");
  expect(order(seen({ op: "move", card: "sign", step: "call", after: null }, { op: "delete", card: "call" }))).toBe("·:hello pier:lamp,sign");
});

test("an idea laid while ideas are private is hidden", () => {
  const doc = seen({ op: "phase", to: "ideas" }, { op: "add_idea", card: { id: "tea", text: "Tea" }, step: null, after: null });
  expect(doc.ideas.find((card) => card.id === "tea")?.hidden).toBe(true);
});

test("a vote counts once and can be taken back", () => {
  expect(seen({ op: "vote", idea: "sign" }, { op: "vote", idea: "sign" })).toMatchObject({ mine: ["sign"], cast: 1 });
  expect(seen({ op: "vote", idea: "sign" }, { op: "unvote", idea: "sign" }, { op: "unvote", idea: "sign" })).toMatchObject({ mine: [], cast: 0 });
});

test("what a facilitator does to the board", () => {
  const doc = seen(
    { op: "timer", seconds: 60 }, { op: "budget", n: 5 }, { op: "lock", on: true }, { op: "summon", card: "sign" },
    { op: "board", field: "title", value: "The last ferry", base: 0 },
  );
  expect(doc.board).toMatchObject({ timer_ends_at: 61_000, vote_budget: 5, locked: true, summon: "sign", title: "The last ferry" });
  expect(seen({ op: "timer", seconds: 60 }, { op: "timer", seconds: null }).board.timer_ends_at).toBeNull();
});

test("words: a comment, its settling, a line of the talk", () => {
  const doc = seen(
    { op: "comment", card: "sign", comment: { id: "c1", text: "How?" } }, { op: "resolve", comment: "c1", resolved: true },
    { op: "say", chat: { id: "s1", text: "Hello" } },
  );
  expect(doc.comments).toEqual([{ id: "c1", card: "sign", author: "m1", text: "How?", at: 1000, resolved: true }]);
  expect(doc.chat).toEqual([{ id: "s1", author: "m1", text: "Hello", at: 1000 }]);
});

test("only the server knows what reveal and commit bring", () => {
  const act = { title: "", principle: "", kind: "word", aim: "trust", minutes: 1, money: 0, may_decide: "", fits: [], anyway: false };
  expect(seen({ op: "reveal" }, { op: "commit", idea: "sign", act })).toEqual(table());
});

test("what was undone before the server answered is not shown", () => {
  const pending = todo({ op: "delete", card: "sign" }, { op: "delete", card: "lamp" }, { op: "undo", undo: "op-0" });
  expect(order(foresee(table(), pending, INES))).toBe("·:hello pier:sign call:");
});
