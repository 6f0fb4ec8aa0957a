// The one place where an operation takes the shape the server reads.

import type { Op } from "./protocol";

export function wire(op: Op): Record<string, unknown> {
  return op.op === "undo" ? { op: "undo", undo: op.undo } : { ...op };
}
