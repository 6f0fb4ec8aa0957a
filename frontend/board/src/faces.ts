/** Two letters for a name. */
export function initials(name: string): string {
  const parts = name.split(/\s+/).filter((part) => /^\p{L}/u.test(part));
  const [first, last] = [parts[0] ?? name, parts.at(-1) ?? ""];
  return ((first[0] ?? "") + (parts.length > 1 ? (last[0] ?? "") : (first[1] ?? ""))).toUpperCase();
}
