// What this person can do now, so that the page offers nothing the server would refuse. The server decides all the same.

import type { Doc, Idea, Step, You } from "./protocol";

const NEON = ["map", "ideas", "reveal", "open"];
const COMMIT = ["reveal", "commit", "open"];

export interface May {
  lead: boolean;
  steps: boolean;
  ideas: boolean;
  vote: boolean;
  commit: boolean;
  title: boolean;
  edit(card: Step | Idea): boolean;
  move: boolean;
}

export function may(doc: Doc, you: You, canWrite: boolean): May {
  const { phase, locked } = doc.board;
  const lead = you.role === "facilitator";
  const cards = canWrite && (!locked || lead);
  const rest = phase === "vote";
  return {
    lead,
    steps: cards && !rest,
    ideas: cards && NEON.includes(phase),
    vote: canWrite && phase === "vote",
    commit: cards && you.role !== "guest" && COMMIT.includes(phase),
    title: canWrite && (lead || (phase === "open" && you.role === "member")),
    edit: (card) => cards && !rest && !("hidden" in card && card.hidden && card.author !== you.actor),
    move: cards && !rest,
  };
}
