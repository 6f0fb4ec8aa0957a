// The strings of the page, handed over by Django (src/neoncard/web/board_words.py lists every one).

let catalogue: Record<string, string> = {};

export function learn(words: Record<string, string>): void {
  catalogue = words;
}

/** The string for `key`, its `%(name)s` filled in. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  return (catalogue[key] ?? key).replace(/%\((\w+)\)s/g, (_all, name: string) => String(values[name] ?? ""));
}
