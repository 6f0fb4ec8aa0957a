// Where a card can go: what "earlier", "later" and "to the gap after…" mean.

import { inGap } from "./doc";
import type { Doc, Idea } from "./protocol";

export interface Place {
  /** Ideas only: the gap. */
  step?: string | null;
  after: string | null;
}

const gaps = (doc: Doc): (string | null)[] => [null, ...doc.steps.map((step) => step.id)];
const endOf = (doc: Doc, gap: string | null, but: string): string | null =>
  inGap(doc, gap).filter((idea) => idea.id !== but).at(-1)?.id ?? null;

/** A step one place earlier or later; null at the end of the row. */
export function stepBeside(doc: Doc, id: string, later: boolean): Place | null {
  const row = doc.steps.map((step) => step.id);
  const to = row.indexOf(id) + (later ? 1 : -1);
  if (to < 0 || to >= row.length) return null;
  return { after: later ? row[to]! : (row[to - 1] ?? null) };
}

/** An idea one gap earlier or later, at its end; null past the last. */
export function gapBeside(doc: Doc, idea: Idea, later: boolean): Place | null {
  const row = gaps(doc);
  const to = row.indexOf(idea.step) + (later ? 1 : -1);
  if (to < 0 || to >= row.length) return null;
  return { step: row[to]!, after: endOf(doc, row[to]!, idea.id) };
}

/** An idea one place earlier or later, over into the next gap from the end of one. */
export function ideaBeside(doc: Doc, idea: Idea, later: boolean): Place | null {
  const row = inGap(doc, idea.step).map((other) => other.id);
  const to = row.indexOf(idea.id) + (later ? 1 : -1);
  if (to >= 0 && to < row.length) return { step: idea.step, after: later ? row[to]! : (row[to - 1] ?? null) };
  const place = gapBeside(doc, idea, later);
  return place && later ? { ...place, after: null } : place;
}

/** The end of a gap. */
export const inTo = (doc: Doc, idea: Idea, step: string | null): Place => ({ step, after: endOf(doc, step, idea.id) });
