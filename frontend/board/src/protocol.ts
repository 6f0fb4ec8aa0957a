// What goes over the wire: docs/board-protocol.md in types.

export type Phase = "talk" | "map" | "ideas" | "reveal" | "vote" | "commit" | "open";
export type Kind = "word" | "effort" | "treat";
export type Role = "facilitator" | "member" | "guest";

export interface Step {
  id: string;
  title: string;
  note: string;
  channel: string;
  feel_note: string;
  also: string;
}

export interface Counts {
  suggested: number;
  done: number;
  thanked: number;
}

/** A neon card. Face down it has `id`, `step` and `hidden` alone. */
export interface Idea {
  id: string;
  step: string | null;
  hidden: boolean;
  text?: string;
  kind?: Kind;
  level?: number;
  cost?: string;
  aim?: string;
  principle?: string;
  author?: string | null;
  status?: string;
  act_id?: number | null;
  votes?: number | null;
  counts?: Counts | null;
  also?: string;
}

export interface Comment {
  id: string;
  card: string;
  author: string;
  text: string;
  at: number;
  resolved: boolean;
}

export interface Chat {
  id: string;
  author: string;
  text: string;
  at: number;
}

export interface BoardCard {
  id: string | number;
  title: string;
  intro: string;
  front_line: string;
  phase: Phase;
  locked: boolean;
  timer_ends_at: number | null;
  vote_budget: number;
  round: number;
  summon: string | null;
}

export interface Doc {
  v: number;
  board: BoardCard;
  steps: Step[];
  ideas: Idea[];
  comments: Comment[];
  chat: Chat[];
  mine: string[];
  cast: number;
  people: Record<string, string>;
}

export interface Act {
  title: string;
  principle: string;
  kind: string;
  aim: string;
  minutes: number;
  money: number;
  may_decide: string;
  fits: string[];
  anyway: boolean;
}

type Fields = Record<string, unknown>;

export type Op =
  | { op: "add_step"; card: { id: string } & Fields; after: string | null }
  | { op: "add_idea"; card: { id: string } & Fields; step: string | null; after: string | null }
  | { op: "set"; card: string; field: string; value: unknown; base: number }
  | { op: "move"; card: string; after: string | null; step?: string | null }
  | { op: "delete"; card: string }
  | { op: "vote" | "unvote"; idea: string }
  | { op: "comment"; card: string; comment: { id: string; text: string } }
  | { op: "resolve"; comment: string; resolved: boolean }
  | { op: "say"; chat: { id: string; text: string } }
  | { op: "board"; field: "title" | "intro"; value: string; base: number }
  | { op: "phase"; to: Phase }
  | { op: "reveal" }
  | { op: "timer"; seconds: number | null }
  | { op: "budget"; n: number }
  | { op: "lock"; on: boolean }
  | { op: "summon"; card: string | null }
  | { op: "commit"; idea: string; act: Act }
  | { op: "undo"; undo: string };

export type Effect =
  | { k: "put"; of: "step"; card: Step; after: string | null }
  | { k: "put"; of: "idea"; card: Idea; step: string | null; after: string | null }
  | { k: "put"; of: "comment"; card: Comment }
  | { k: "put"; of: "chat"; card: Chat }
  | { k: "put"; of: "person"; card: { id: string; name: string } }
  | { k: "set"; of: "step" | "idea" | "board" | "comment"; id?: string; f: string; v: unknown }
  | { k: "move"; of: "step" | "idea"; id: string; step?: string | null; after: string | null }
  | { k: "gone"; of: "step" | "idea" | "comment" | "chat"; id: string }
  | { k: "mine"; votes: string[] }
  | { k: "cast"; n: number };

/** One committed operation: `s` its number, `o` its id, `a` who, `d` what, `e` what changed. */
export interface Entry {
  s: number;
  o: string;
  a: string;
  d: string;
  e: Effect[];
}

export interface You {
  actor: string;
  name: string;
  role: Role;
}

export interface Person {
  actor: string;
  name: string;
  role: Role;
  card: string | null;
}

export type FromServer =
  | { t: "welcome"; seq: number; now: number; you: You; doc?: Doc; ops?: Entry[]; people?: Record<string, string> }
  | { t: "ops"; seq: number; ops: Entry[] }
  | { t: "ack"; id: string; seq: number }
  | { t: "no"; id: string; why: string; say: string }
  | { t: "here"; people: Person[] }
  | { t: "resync" }
  | { t: "bye"; why: string }
  | { t: "pong"; now: number };

export type ToServer =
  | { t: "hello"; since: number }
  | { t: "ops"; ops: { id: string; op: Op }[] }
  | { t: "at"; card: string | null }
  | { t: "ping" };
