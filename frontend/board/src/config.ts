// What the page hands over.

type Choice = [value: string, label: string];

export interface Config {
  id: number;
  socket: string;
  kinds: Choice[];
  aims: Choice[];
  channels: Choice[];
  fits: Choice[];
  /** Whether this person may say what an act may cost in money. */
  may_spend: boolean;
  /** Addresses: the playbook, the page of lists, beginning a workshop, suggestions for a gap, signing in. */
  acts: string;
  lists: string;
  hold: string;
  suggest: string;
  signin: string;
  /** Pages to go to from the board: an address and what it is called. */
  links: Choice[];
  words: Record<string, string>;
}

export const config = JSON.parse(document.getElementById("board-start")?.textContent ?? "{}") as Config;
