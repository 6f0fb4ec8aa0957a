import { describe, expect, test } from "vitest";
import { landing } from "../src/landing";
import { digest } from "../src/live";
import { may } from "../src/may";
import { gapBeside, ideaBeside, inTo, stepBeside } from "../src/places";
import type { Doc, Phase } from "../src/protocol";
import { learn } from "../src/words";
import { INES, idea, table } from "./helpers";

const doc = table();
const card = (id: string) => doc.ideas.find((one) => one.id === id)!;

describe("earlier, later, to another gap", () => {
  test("of a step", () => {
    expect(stepBeside(doc, "pier", false)).toBeNull();
    expect(stepBeside(doc, "pier", true)).toEqual({ after: "call" });
    expect(stepBeside(doc, "call", false)).toEqual({ after: null });
    expect(stepBeside(doc, "call", true)).toBeNull();
  });

  test("of an idea: within its gap, then over into the next", () => {
    expect(ideaBeside(doc, card("sign"), true)).toEqual({ step: "pier", after: "lamp" });
    expect(ideaBeside(doc, card("lamp"), false)).toEqual({ step: "pier", after: null });
    expect(ideaBeside(doc, card("lamp"), true)).toEqual({ step: "call", after: null });
    expect(ideaBeside(doc, card("sign"), false)).toEqual({ step: null, after: "hello" });
    expect(ideaBeside(doc, card("hello"), false)).toBeNull();
  });

  test("of an idea by gaps: to the end of the one beside", () => {
    expect(gapBeside(doc, card("hello"), true)).toEqual({ step: "pier", after: "lamp" });
    expect(gapBeside(doc, card("hello"), false)).toBeNull();
    expect(inTo(doc, card("sign"), "pier")).toEqual({ step: "pier", after: "lamp" });
    expect(inTo(doc, card("sign"), "call")).toEqual({ step: "call", after: null });
  });
});

describe("letting go of a card", () => {
  const on = (of: "step" | "idea", id: string, later = false) => ({ of, id, later });

  test("a step lies before or after the step it was let go on", () => {
    expect(landing(doc, "step", "call", on("step", "pier"))).toEqual({ after: null });
    expect(landing(doc, "step", "pier", on("step", "call", true))).toEqual({ after: "call" });
    expect(landing(doc, "step", "call", on("step", "pier", true))).toBeNull();
    expect(landing(doc, "step", "call", { of: "gap", step: null })).toBeNull();
  });

  test("an idea lies before or after the idea, first after the step, last in the gap", () => {
    expect(landing(doc, "idea", "lamp", on("idea", "sign"))).toEqual({ step: "pier", after: null });
    expect(landing(doc, "idea", "hello", on("idea", "sign", true))).toEqual({ step: "pier", after: "sign" });
    expect(landing(doc, "idea", "sign", on("step", "call"))).toEqual({ step: "call", after: null });
    expect(landing(doc, "idea", "sign", { of: "gap", step: "pier" })).toEqual({ step: "pier", after: "lamp" });
    expect(landing(doc, "idea", "lamp", { of: "gap", step: "pier" })).toBeNull();
    expect(landing(doc, "idea", "sign", on("idea", "gone"))).toBeNull();
  });
});

describe("what is offered", () => {
  const at = (phase: Phase, locked = false): Doc => ({ ...doc, board: { ...doc.board, phase, locked } });
  const member = { ...INES, actor: "m2", role: "member" as const };
  const guest = { ...INES, actor: "g3", role: "guest" as const };

  test("follows the phase", () => {
    const offers = (phase: Phase) => {
      const can = may(at(phase), member, true);
      return [can.steps, can.ideas, can.vote, can.commit].map(Number).join("");
    };
    const all = (["talk", "map", "ideas", "reveal", "vote", "commit", "open"] as Phase[]).map(offers);
    expect(all).toEqual(["1000", "1100", "1100", "1101", "0010", "1001", "1101"]);
  });

  test("follows the role, the lock and the line", () => {
    expect(may(at("open"), guest, true)).toMatchObject({ commit: false, title: false, lead: false, steps: true });
    expect(may(at("map"), member, true).title).toBe(false);
    expect(may(at("map", true), member, true)).toMatchObject({ steps: false, move: false });
    expect(may(at("map", true), INES, true)).toMatchObject({ steps: true, move: true, lead: true });
    expect(may(at("vote"), member, false)).toMatchObject({ vote: false, steps: false });
  });

  test("a hidden card is its author's", () => {
    const hidden = { ...idea("tea", null), hidden: true };
    expect(may(at("ideas"), INES, true).edit(hidden)).toBe(true);
    expect(may(at("ideas"), member, true).edit(hidden)).toBe(false);
  });
});

test("what others did is said once and shortly", () => {
  learn({ said_by: "%(name)s %(what)s.", did_add_idea: "laid a neon card", did_move: "moved a card", did_set: "wrote on a card", more_changes: "And more changes: %(n)s." });
  const by = (a: string, d: string) => ({ s: 1, o: "o", a, d, e: [] });
  const name = (actor: string): string => doc.people[actor] ?? "?";
  expect(digest([], name)).toBe("");
  expect(digest([by("m2", "say"), by("m2", "vote")], name)).toBe("");
  expect(digest([by("m2", "add_idea"), by("m2", "add_idea")], name)).toBe("Jonas laid a neon card.");
  expect(digest([by("m2", "add_idea"), by("m1", "move"), by("m2", "set"), by("m1", "set")], name)).toBe(
    "Jonas laid a neon card. Ines moved a card. And more changes: 2.",
  );
});
