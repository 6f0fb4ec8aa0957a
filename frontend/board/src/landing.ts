// Where a dragged card comes to lie.

import type { Place } from "./places";
import type { Doc } from "./protocol";

export type Of = "step" | "idea";
export type Spot = { of: Of; id: string; later: boolean } | { of: "gap"; step: string | null };

/** Where a card that was let go on `spot` goes; null where it already lies. */
export function landing(doc: Doc, of: Of, id: string, spot: Spot): Place | null {
  const { steps, ideas } = doc;
  if (of === "step") {
    if (spot.of !== "step") return null;
    const row = steps.filter((step) => step.id !== id).map((step) => step.id);
    const at = row.indexOf(spot.id);
    const after = spot.later ? spot.id : (row[at - 1] ?? null);
    const was = steps[steps.findIndex((step) => step.id === id) - 1]?.id ?? null;
    return after === was ? null : { after };
  }
  const step = spot.of === "gap" ? spot.step : spot.of === "step" ? spot.id : ideas.find((idea) => idea.id === spot.id)?.step;
  if (step === undefined) return null;
  const gap = ideas.filter((idea) => idea.step === step).map((idea) => idea.id);
  const rest = gap.filter((other) => other !== id);
  const after =
    spot.of === "gap" ? (rest.at(-1) ?? null)
    : spot.of === "step" ? null
    : spot.later ? spot.id : (rest[rest.indexOf(spot.id) - 1] ?? null);
  return gap.includes(id) && (gap[gap.indexOf(id) - 1] ?? null) === after ? null : { step, after };
}
