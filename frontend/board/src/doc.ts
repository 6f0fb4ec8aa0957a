// Applies effects to a document. Every function is pure: what does not change keeps its identity, so that only the
// cards that changed are drawn again.

import type { Doc, Effect, Entry, Idea, Step } from "./protocol";

export const EMPTY: Doc = {
  v: 1,
  board: {
    id: "", title: "", intro: "", front_line: "", phase: "open", locked: false, timer_ends_at: null,
    vote_budget: 3, round: 0, summon: null,
  },
  steps: [], ideas: [], comments: [], chat: [], mine: [], cast: 0, people: {},
};

const CHAT_KEPT = 200;

/** `row` without `id`, and `card` laid after `after`: first when that is null, last when it is not there. */
function laid<T extends { id: string }>(row: T[], card: T, after: string | null): T[] {
  const rest = row.filter((other) => other.id !== card.id);
  const at = after === null ? 0 : rest.findIndex((other) => other.id === after) + 1 || rest.length;
  return [...rest.slice(0, at), card, ...rest.slice(at)];
}

/** Ideas are kept in one list; an idea laid first in a gap comes before the others of that gap. */
function laidIdea(row: Idea[], card: Idea, after: string | null): Idea[] {
  const rest = row.filter((other) => other.id !== card.id);
  const own = after === null ? -1 : rest.findIndex((other) => other.id === after && other.step === card.step);
  if (own >= 0) return [...rest.slice(0, own + 1), card, ...rest.slice(own + 1)];
  if (after !== null) return [...rest, card];
  const first = rest.findIndex((other) => other.step === card.step);
  return first < 0 ? [...rest, card] : [...rest.slice(0, first), card, ...rest.slice(first)];
}

function changed<T extends { id: string }>(row: T[], id: unknown, change: (card: T) => T): T[] {
  return row.some((card) => card.id === id) ? row.map((card) => (card.id === id ? change(card) : card)) : row;
}

function replaced<T extends { id: string }>(row: T[], card: T): T[] {
  return row.some((other) => other.id === card.id)
    ? row.map((other) => (other.id === card.id ? card : other))
    : [...row, card];
}

function put(doc: Doc, effect: Extract<Effect, { k: "put" }>): Doc {
  switch (effect.of) {
    case "step":
      return { ...doc, steps: laid(doc.steps, effect.card, effect.after) };
    case "idea":
      return { ...doc, ideas: laidIdea(doc.ideas, { ...effect.card, step: effect.step }, effect.after) };
    case "comment":
      return { ...doc, comments: replaced(doc.comments, effect.card) };
    case "chat":
      return { ...doc, chat: replaced(doc.chat, effect.card).slice(-CHAT_KEPT) };
    case "person":
      return { ...doc, people: { ...doc.people, [effect.card.id]: effect.card.name } };
  }
}

function set(doc: Doc, { of, id, f, v }: Extract<Effect, { k: "set" }>): Doc {
  const change = <T>(card: T): T => ({ ...card, [f]: v });
  switch (of) {
    case "board":
      return { ...doc, board: change(doc.board) };
    case "step":
      return { ...doc, steps: changed(doc.steps, id, change) };
    case "idea":
      return { ...doc, ideas: changed(doc.ideas, id, change) };
    case "comment":
      return { ...doc, comments: changed(doc.comments, id, change) };
  }
}

function move(doc: Doc, effect: Extract<Effect, { k: "move" }>): Doc {
  if (effect.of === "step") {
    const card = doc.steps.find((step) => step.id === effect.id);
    return card ? { ...doc, steps: laid(doc.steps, card, effect.after) } : doc;
  }
  const card = doc.ideas.find((idea) => idea.id === effect.id);
  if (!card) return doc;
  const step = effect.step === undefined ? card.step : effect.step;
  const there = step === card.step ? card : { ...card, step };
  return { ...doc, ideas: laidIdea(doc.ideas, there, effect.after) };
}

function gone(doc: Doc, { of, id }: Extract<Effect, { k: "gone" }>): Doc {
  const key = `${of}${of === "chat" ? "" : "s"}` as "steps" | "ideas" | "comments" | "chat";
  return { ...doc, [key]: (doc[key] as { id: string }[]).filter((card) => card.id !== id) };
}

/** `doc` with one effect applied; one it does not know changes nothing. */
export function apply(doc: Doc, effect: Effect): Doc {
  switch (effect.k) {
    case "put":
      return put(doc, effect);
    case "set":
      return set(doc, effect);
    case "move":
      return move(doc, effect);
    case "gone":
      return gone(doc, effect);
    case "mine":
      return { ...doc, mine: effect.votes };
    case "cast":
      return { ...doc, cast: effect.n };
    default:
      return doc;
  }
}

export const applyAll = (doc: Doc, effects: Effect[]): Doc => effects.reduce(apply, doc);

/** What came of a run of entries. `gap`: one is missing and the client must say hello again. */
export function advance(doc: Doc, seq: number, entries: Entry[]): { doc: Doc; seq: number; gap: boolean; took: Entry[] } {
  const took: Entry[] = [];
  for (const entry of entries) {
    if (entry.s <= seq) continue;
    if (entry.s !== seq + 1) return { doc, seq, gap: true, took };
    doc = applyAll(doc, entry.e);
    seq = entry.s;
    took.push(entry);
  }
  return { doc, seq, gap: false, took };
}

/** The ideas of the gap after `step`, in order. */
export const inGap = (doc: Doc, step: string | null): Idea[] => doc.ideas.filter((idea) => idea.step === step);

/** Where a card stands among its neighbours: from 1, of how many. */
export function position(doc: Doc, id: string): { at: number; of: number } | null {
  const idea = doc.ideas.find((card) => card.id === id);
  const row: (Step | Idea)[] = idea ? inGap(doc, idea.step) : doc.steps;
  const at = row.findIndex((card) => card.id === id);
  return at < 0 ? null : { at: at + 1, of: row.length };
}
