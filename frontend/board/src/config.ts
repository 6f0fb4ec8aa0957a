// What the page hands over beside its words.

type Choice = [value: string, label: string];

export interface Config {
  board: string;
  live: string;
  kinds: Choice[];
  aims: Choice[];
  channels: Choice[];
  fits: Choice[];
  /** Whether this person may say what an act may cost in money. */
  money: boolean;
  /** Addresses; an empty one is not offered. `act` ends where an act's number goes. */
  suggest: string;
  act: string;
  signin: string;
  /** Pages to go to from the board: an address and what it is called. */
  links: Choice[];
}

function json<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}") as T;
}

export const config = json<Config>("board-config");
export const catalogue = json<Record<string, string>>("board-words");
