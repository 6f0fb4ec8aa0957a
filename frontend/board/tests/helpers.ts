import type { Doc, Idea, Step, You } from "../src/protocol";
import { EMPTY } from "../src/doc";

export const INES: You = { actor: "m1", name: "Ines", role: "facilitator" };

export const step = (id: string, title = id): Step => ({ id, title, note: "", channel: "", feel_note: "", also: "" });

export const idea = (id: string, at: string | null, text = id): Idea => ({
  id, step: at, hidden: false, text, kind: "word", level: 3, cost: "", aim: "trust", principle: "", author: "m1",
  status: "open", act_id: null, votes: null, counts: null, also: "",
});

/** Two steps; one idea before the first, two after it, none after the second. */
export const table = (): Doc => ({
  ...EMPTY,
  board: { ...EMPTY.board, phase: "reveal" },
  steps: [step("pier"), step("call")],
  ideas: [idea("hello", null), idea("sign", "pier"), idea("lamp", "pier")],
  people: { m1: "Ines", m2: "Jonas" },
});

export const order = (doc: Doc): string =>
  [null, ...doc.steps.map((card) => card.id)]
    .map((gap) => `${gap ?? "·"}:${doc.ideas.filter((card) => card.step === gap).map((card) => card.id).join(",")}`)
    .join(" ");
