// What an operation will most likely do, shown before the server has said so. The server's word replaces it.

import { applyAll, inGap } from "./doc";
import type { Doc, Effect, Op, You } from "./protocol";

export interface Pending {
  id: string;
  op: Op;
  at: number;
}

const last = <T>(row: T[]): T | undefined => row[row.length - 1];

function stepGone(doc: Doc, id: string): Effect[] {
  const at = doc.steps.findIndex((step) => step.id === id);
  const before = at > 0 ? (doc.steps[at - 1]?.id ?? null) : null;
  let after = last(inGap(doc, before))?.id ?? null;
  const moves = inGap(doc, id).map((idea): Effect => {
    const move: Effect = { k: "move", of: "idea", id: idea.id, step: before, after };
    after = idea.id;
    return move;
  });
  return [...moves, { k: "gone", of: "step", id }];
}

const board = (f: string, v: unknown): Effect => ({ k: "set", of: "board", f, v });

/** The effects `op` will have on `doc` when `you` do it at `now` (the server's clock, ms). */
export function predict(doc: Doc, op: Op, you: You, now: number): Effect[] {
  const isStep = (id: string): boolean => doc.steps.some((step) => step.id === id);
  switch (op.op) {
    case "add_step": {
      const card = { title: "", note: "", channel: "", feel_note: "", also: "", ...op.card };
      return [{ k: "put", of: "step", card, after: op.after }];
    }
    case "add_idea": {
      const card = {
        text: "", kind: "word" as const, level: 3, cost: "", aim: "trust", principle: "", status: "open", act_id: null,
        votes: null, counts: null, also: "", author: you.actor, hidden: doc.board.phase === "ideas", step: op.step, ...op.card,
      };
      return [{ k: "put", of: "idea", card, step: op.step, after: op.after }];
    }
    case "set":
      return [{ k: "set", of: isStep(op.card) ? "step" : "idea", id: op.card, f: op.field, v: op.value }];
    case "move":
      return isStep(op.card)
        ? [{ k: "move", of: "step", id: op.card, after: op.after }]
        : [{ k: "move", of: "idea", id: op.card, step: op.step, after: op.after }];
    case "delete":
      return isStep(op.card) ? stepGone(doc, op.card) : [{ k: "gone", of: "idea", id: op.card }];
    case "vote":
      return doc.mine.includes(op.idea)
        ? []
        : [{ k: "mine", votes: [...doc.mine, op.idea] }, { k: "cast", n: doc.cast + 1 }];
    case "unvote":
      return doc.mine.includes(op.idea)
        ? [{ k: "mine", votes: doc.mine.filter((id) => id !== op.idea) }, { k: "cast", n: doc.cast - 1 }]
        : [];
    case "comment":
      return [{ k: "put", of: "comment", card: { ...op.comment, card: op.card, author: you.actor, at: now, resolved: false } }];
    case "resolve":
      return [{ k: "set", of: "comment", id: op.comment, f: "resolved", v: op.resolved }];
    case "say":
      return [{ k: "put", of: "chat", card: { ...op.chat, author: you.actor, at: now } }];
    case "board":
      return [board(op.field, op.value)];
    case "phase":
      return [board("phase", op.to)];
    case "timer":
      return [board("timer_ends_at", op.seconds === null ? null : now + op.seconds * 1000)];
    case "budget":
      return [board("vote_budget", op.n)];
    case "lock":
      return [board("locked", op.on)];
    case "summon":
      return [board("summon", op.card)];
    default:
      // reveal, commit and undo show once the server has answered: it alone knows what they bring.
      return [];
  }
}

/** `doc` as it will look when everything in `pending` has gone through; an undone one is left out at once. */
export function foresee(doc: Doc, pending: Pending[], you: You): Doc {
  const undone = new Set(pending.flatMap(({ op }) => (op.op === "undo" ? [op.undo] : [])));
  return pending.reduce(
    (seen, { id, op, at }) => (undone.has(id) ? seen : applyAll(seen, predict(seen, op, you, at))),
    doc,
  );
}
