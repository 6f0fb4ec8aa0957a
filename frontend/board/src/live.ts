// What others do, said in few words: gathered for a moment, then read out as one sentence or two.

import type { Entry } from "./protocol";
import { t } from "./words";

const SAID = 2;

/** What each kind of operation is called; those without a name are not announced. */
function deed(did: string): string {
  switch (did) {
    case "add_step":
      return t("did_add_step");
    case "add_idea":
      return t("did_add_idea");
    case "set":
    case "board":
      return t("did_set");
    case "move":
      return t("did_move");
    case "delete":
      return t("did_delete");
    case "comment":
      return t("did_comment");
    case "commit":
      return t("did_commit");
    case "undo":
      return t("did_undo");
    default:
      return "";
  }
}

/** One announcement for all of these entries; empty when there is nothing to say. */
export function digest(entries: Entry[], name: (actor: string) => string): string {
  const said: string[] = [];
  for (const entry of entries) {
    const what = deed(entry.d);
    const line = what && t("said_by", { name: name(entry.a), what });
    if (line && said.at(-1) !== line) said.push(line);
  }
  const more = said.length - SAID;
  return [...said.slice(0, SAID), ...(more > 0 ? [t("more_changes", { n: more })] : [])].join(" ");
}
