// What the page shows and does. One object for all components; the rules are elsewhere.

import { tick } from "svelte";
import { config } from "./config";
import { inGap, position } from "./doc";
import { digest } from "./live";
import { may, type May } from "./may";
import { ideaBeside, gapBeside, inTo, stepBeside, type Place } from "./places";
import type { Act, Doc, Entry, Idea, Kind, Op, Person, Phase, Step, You } from "./protocol";
import { newId, Session, type Answer } from "./session";
import { t } from "./words";

export type SheetName = "move" | "comments" | "suggest" | "commit" | "run" | "also";

interface Open {
  what: SheetName;
  id: string;
  /** Where on the page it was asked for. */
  at: DOMRect | null;
  /** Where the focus goes back to. */
  key: string;
}

export interface Draft {
  card: string;
  fields: Record<string, string | number>;
  was: Record<string, string | number>;
  base: number;
}

const STEP_FIELDS = ["title", "note", "feel_note", "channel"] as const;
const IDEA_FIELDS = ["text", "kind", "level", "aim", "principle", "cost"] as const;
const GATHER = 2500;
const FRESH = 1600;
const MUTED = "neoncard-board-muted";

export class Board {
  doc: Doc = $state.raw(null!);
  people: Person[] = $state.raw([]);
  you: You = $state.raw({ actor: "", name: "", role: "member" });
  line = $state.raw({ is: "joining", code: 0 });
  waiting = $state(0);
  canUndo = $state(false);
  ready = $state(false);
  version = $state(0);

  draft: Draft | null = $state(null);
  sheet: Open | null = $state.raw(null);
  /** The gap in which a new neon card is being written: a step's id, "" before the first, null for none. */
  composing: string | null = $state(null);
  /** Where a white card is being written. */
  laying: string | null = $state(null);
  fresh: Set<string> = $state.raw(new Set());
  said = $state("");
  muted = $state(localStorage.getItem(MUTED) === "1");
  talk = $state(false);
  unread = $state(0);

  /** Read-only when the door is shut, and while another process serves the board. */
  readonly writable: boolean = $derived(this.line.is !== "shut" && this.line.code !== 4409);
  readonly may: May = $derived(may(this.doc, this.you, this.writable));
  readonly gaps: Map<string | null, Idea[]> = $derived.by(() => {
    const found = new Map<string | null, Idea[]>();
    for (const idea of this.doc.ideas) {
      const row = found.get(idea.step);
      if (row) row.push(idea);
      else found.set(idea.step, [idea]);
    }
    return found;
  });
  /** How many comments on each card wait to be settled. */
  readonly comments: Map<string, number> = $derived.by(() => {
    const found = new Map<string, number>();
    for (const { card, resolved } of this.doc.comments) if (!resolved) found.set(card, (found.get(card) ?? 0) + 1);
    return found;
  });

  private readonly session: Session;
  private readonly heard: Entry[] = [];
  private gather: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.session = new Session(`${scheme}//${location.host}${config.socket}`, String(config.id), {
      changed: () => this.changed(),
      others: (entries, before) => this.others(entries, before),
      refused: (op, answer) => this.refused(op, answer),
    });
    this.doc = this.session.doc;
  }

  start(): void {
    this.session.start();
  }

  retry(): void {
    this.session.retry();
  }

  get seq(): number {
    return this.session.seq;
  }

  now(): number {
    return this.session.now();
  }

  name(actor: string | null | undefined): string {
    if (!actor) return t("somebody");
    return actor === this.you.actor ? t("you") : (this.doc.people[actor] ?? t("somebody"));
  }

  step(id: string | null): Step | undefined {
    return this.doc.steps.find((step) => step.id === id);
  }

  idea(id: string): Idea | undefined {
    return this.doc.ideas.find((idea) => idea.id === id);
  }

  /** What a card is called when it is spoken of. */
  called(id: string): string {
    return this.step(id)?.title ?? this.idea(id)?.text ?? t("face_down");
  }

  /** What a gap is called. */
  gapCalled(step: string | null): string {
    const card = this.step(step);
    return card ? t("gap_after", { title: card.title }) : t("gap_first");
  }

  // -- what the person does

  do(op: Op): Promise<Answer> {
    return this.session.do(op);
  }

  addStep(after: string | null, title: string): string {
    const id = newId();
    void this.do({ op: "add_step", card: { id, title }, after });
    return id;
  }

  addIdea(step: string | null, fields: { text: string; kind: Kind; level: number } & Partial<Idea>): string {
    const id = newId();
    const after = inGap(this.doc, step).at(-1)?.id ?? null;
    void this.do({ op: "add_idea", card: { id, ...fields }, step, after });
    return id;
  }

  edit(card: Step | Idea): void {
    if (this.draft?.card === card.id || !this.may.edit(card)) return;
    this.keep();
    const names = "title" in card ? STEP_FIELDS : IDEA_FIELDS;
    const fields = Object.fromEntries(names.map((name) => [name, (card as never)[name] ?? ""]));
    this.draft = { card: card.id, fields, was: { ...fields }, base: this.session.seq };
    this.session.at(card.id);
    void this.focus(`field-${card.id}`);
  }

  /** Write the open card's changes, if any, and close it. */
  keep(): void {
    const draft = this.draft;
    if (!draft) return;
    this.draft = null;
    this.session.at(null);
    for (const [field, value] of Object.entries(draft.fields)) {
      const needed = field === "title" || field === "text";
      const text = typeof value === "string" ? value.trim() : value;
      if (text === draft.was[field] || (needed && !text)) continue;
      void this.do({ op: "set", card: draft.card, field, value: text, base: draft.base });
    }
  }

  /** Close the open card and leave it as it was. */
  leave(): void {
    this.draft = null;
    this.session.at(null);
  }

  move(id: string, place: Place | null): void {
    if (!place) {
      this.say(t("no_further"));
      return;
    }
    const from = this.idea(id)?.step;
    void this.do({ op: "move", card: id, ...place });
    const here = position(this.doc, id);
    if (!here) return;
    const idea = this.idea(id);
    const words = { card: this.called(id), at: here.at, of: here.of };
    this.say(
      idea && idea.step !== from
        ? t("moved_to_gap", { ...words, gap: this.gapCalled(idea.step) })
        : t("moved", words),
    );
    void this.focus(`move-${id}`);
  }

  /** One place earlier or later. */
  shift(id: string, later: boolean): void {
    const idea = this.idea(id);
    this.move(id, idea ? ideaBeside(this.doc, idea, later) : stepBeside(this.doc, id, later));
  }

  /** One gap earlier or later; for a step the same as a place. */
  shiftGap(id: string, later: boolean): void {
    const idea = this.idea(id);
    this.move(id, idea ? gapBeside(this.doc, idea, later) : stepBeside(this.doc, id, later));
  }

  toGap(id: string, step: string | null): void {
    const idea = this.idea(id);
    if (idea) this.move(id, inTo(this.doc, idea, step));
  }

  remove(id: string): void {
    const idea = this.idea(id);
    const called = this.called(id);
    const next = idea ? `add-${idea.step ?? ""}` : `add-step`;
    void this.do({ op: "delete", card: id });
    this.close();
    this.say(t("taken_away", { card: called }));
    void this.focus(next);
  }

  vote(idea: Idea): void {
    const mine = this.doc.mine.includes(idea.id);
    void this.do({ op: mine ? "unvote" : "vote", idea: idea.id });
    this.say(t("votes_left", { n: this.votesLeft }));
  }

  get votesLeft(): number {
    return this.doc.board.vote_budget - this.doc.mine.length;
  }

  comment(card: string, text: string): void {
    void this.do({ op: "comment", card, comment: { id: newId(), text } });
  }

  chat(text: string): void {
    void this.do({ op: "say", chat: { id: newId(), text } });
  }

  commit(idea: string, act: Act): Promise<Answer> {
    return this.do({ op: "commit", idea, act });
  }

  phase(to: Phase): void {
    void this.do(to === "reveal" && this.doc.board.phase === "ideas" ? { op: "reveal" } : { op: "phase", to });
    this.say(t("now_at", { phase: this.phaseCalled(to) }));
  }

  phaseCalled(phase: Phase): string {
    return {
      talk: t("phase_talk"), map: t("phase_map"), ideas: t("phase_ideas"), reveal: t("phase_reveal"),
      vote: t("phase_vote"), commit: t("phase_commit"), open: t("phase_open"),
    }[phase];
  }

  async undo(): Promise<void> {
    const answer = await this.session.undo();
    if (answer?.ok) this.say(t("undone"));
  }

  // -- the page

  open(what: SheetName, id: string, by?: EventTarget | null): void {
    const opener = by instanceof HTMLElement ? by : null;
    this.sheet = { what, id, at: opener?.getBoundingClientRect() ?? null, key: opener?.dataset["key"] ?? "" };
  }

  close(): void {
    const key = this.sheet?.key;
    this.sheet = null;
    if (key) void this.focus(key);
  }

  /** Say something politely to whoever listens rather than looks; the same twice is heard twice. */
  say(text: string): void {
    this.said = this.said === text ? `${text}\u00a0` : text;
  }

  toast(text: string, kind = ""): void {
    document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));
  }

  mute(): void {
    this.muted = !this.muted;
    localStorage.setItem(MUTED, this.muted ? "1" : "0");
  }

  async focus(key: string): Promise<void> {
    await tick();
    const found = document.querySelector<HTMLElement>(`[data-key="${key}"]`);
    found?.focus({ preventScroll: true });
    found?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private changed(): void {
    const { session } = this;
    const before = this.doc.board;
    this.doc = session.doc;
    this.people = session.people;
    this.you = session.you;
    this.line = session.state;
    this.waiting = session.pending.length;
    this.canUndo = session.canUndo;
    this.version += 1;
    if (!this.ready && session.ready) {
      this.ready = true;
      this.talk = this.doc.board.phase === "talk";
    } else if (session.ready && before.phase !== this.doc.board.phase) {
      this.turned();
    }
    const summon = this.doc.board.summon;
    if (this.ready && summon && summon !== before.summon && before.id !== "") void this.summoned(summon);
    if (this.draft && session.ready && !this.step(this.draft.card) && !this.idea(this.draft.card)) this.lost();
  }

  private turned(): void {
    const { phase } = this.doc.board;
    this.composing = this.laying = null;
    if (phase === "vote") this.keep();
    this.talk = phase === "talk";
    this.say(t("now_at", { phase: this.phaseCalled(phase) }));
  }

  private async summoned(card: string): Promise<void> {
    if (this.may.lead) return;
    const words = t("summoned", { card: this.called(card) });
    this.say(words);
    this.toast(words);
    if (!this.draft && !this.sheet && this.composing === null) await this.focus(`move-${card}`);
    document.querySelector(`[data-card="${card}"]`)?.scrollIntoView({ block: "center", inline: "center" });
    this.flash([card]);
  }

  /** The open card was taken away by somebody: its words are given back. */
  private lost(): void {
    const words = String(this.draft?.fields["text"] ?? this.draft?.fields["title"] ?? "");
    this.leave();
    this.toast(t("card_gone", { words }), "error");
  }

  private flash(ids: string[]): void {
    this.fresh = new Set([...this.fresh, ...ids]);
    setTimeout(() => (this.fresh = new Set([...this.fresh].filter((id) => !ids.includes(id)))), FRESH);
  }

  private others(entries: Entry[], before: Doc): void {
    const touched = entries.flatMap(({ e }) =>
      e.flatMap((effect) =>
        effect.k === "put" && effect.of !== "chat" ? [effect.card.id] : effect.k === "move" || effect.k === "set" ? [effect.id ?? ""] : [],
      ),
    );
    this.flash(touched);
    const lines = entries.filter(({ d }) => d === "say").length;
    if (lines && !this.talk) this.unread += lines;
    if (this.muted || before.board.id === "") return;
    this.heard.push(...entries);
    this.gather ??= setTimeout(() => {
      this.gather = undefined;
      const words = digest(this.heard.splice(0), (actor) => this.name(actor));
      if (words) this.say(words);
    }, GATHER);
  }

  private refused(op: Op, answer: Answer): void {
    if (op.op === "commit") return; // its form says it, beside what was written
    const words =
      op.op === "set" || op.op === "board" ? String(op.value)
      : op.op === "add_idea" ? String(op.card["text"] ?? "")
      : op.op === "comment" ? op.comment.text
      : op.op === "say" ? op.chat.text
      : "";
    this.toast(words ? t("refused_words", { say: answer.say ?? "", words }) : (answer.say ?? ""), "error");
  }
}

export const board = new Board();
