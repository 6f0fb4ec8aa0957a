// The websocket and its reconnecting: backoff with full jitter, a heartbeat, and a state a person can be told.

import type { FromServer, ToServer } from "./protocol";

/** `live`: welcomed. `joining`: the first connection. `away`: lost, will try again. `shut`: will not, see `code`. */
export interface State {
  is: "joining" | "live" | "away" | "shut";
  code: number;
}

interface Hooks {
  opened(): void;
  heard(frame: FromServer): void;
  changed(): void;
}

const SHUT = [4401, 4403, 4404];
const ELSEWHERE = 4409;
const FIRST = 400;
const MOST = 15_000;
const BEAT = 20_000;
const PATIENCE = 10_000;

export class Line {
  state: State = { is: "joining", code: 0 };

  private socket: WebSocket | null = null;
  private tries = 0;
  private again: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setInterval> | undefined;
  private last = 0;

  constructor(private readonly url: string, private readonly hooks: Hooks) {
    if (typeof window !== "undefined") {
      window.addEventListener("online", () => this.state.is === "away" && this.open());
      window.addEventListener("offline", () => this.socket?.close());
      // Back from the history: the browser has closed the socket meanwhile.
      window.addEventListener("pageshow", (event) => event.persisted && this.open());
    }
  }

  /** Connect now, whatever was planned. */
  open(): void {
    this.close();
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => this.hooks.opened();
    socket.onmessage = (event) => {
      this.last = Date.now();
      this.hooks.heard(JSON.parse(event.data as string) as FromServer);
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.lost(event.code);
    };
  }

  /** The server has welcomed us: it counts as connected only now. */
  settled(): void {
    this.tries = 0;
    this.last = Date.now();
    clearInterval(this.beat);
    this.beat = setInterval(() => this.pulse(), BEAT);
    this.become({ is: "live", code: 0 });
  }

  /** Send when there is a line; what must not be lost waits in the outbox anyway. */
  send(frame: ToServer): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  close(): void {
    clearTimeout(this.again);
    clearInterval(this.beat);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private pulse(): void {
    const asked = Date.now();
    this.send({ t: "ping" });
    setTimeout(() => this.last < asked && this.state.is === "live" && this.drop(), PATIENCE);
  }

  /** A line gone quiet: browsers may take minutes to say so. */
  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.lost(1006);
  }

  private lost(code: number): void {
    clearInterval(this.beat);
    if (SHUT.includes(code)) {
      this.become({ is: "shut", code });
      return;
    }
    const most = code === ELSEWHERE ? MOST : Math.min(MOST, FIRST * 2 ** this.tries);
    this.tries += 1;
    this.again = setTimeout(() => this.open(), most / 4 + Math.random() * most * 0.75);
    this.become({ is: "away", code });
  }

  private become(state: State): void {
    this.state = state;
    this.hooks.changed();
  }
}
