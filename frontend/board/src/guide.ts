// A question and a few words for each phase; the rest is for whoever leads.

import type { Phase } from "./protocol";
import { t } from "./words";

export interface Words {
  ask: string;
  say: string;
  lead: string;
}

export function guide(phase: Phase): Words {
  switch (phase) {
    case "talk":
      return { ask: t("talk_ask"), say: t("talk_say"), lead: t("talk_lead") };
    case "map":
      return { ask: t("map_ask"), say: t("map_say"), lead: t("map_lead") };
    case "ideas":
      return { ask: t("ideas_ask"), say: t("ideas_say"), lead: t("ideas_lead") };
    case "reveal":
      return { ask: t("reveal_ask"), say: t("reveal_say"), lead: t("reveal_lead") };
    case "vote":
      return { ask: t("vote_ask"), say: t("vote_say"), lead: t("vote_lead") };
    case "commit":
      return { ask: t("commit_ask"), say: t("commit_say"), lead: t("commit_lead") };
    case "open":
      return { ask: t("open_ask"), say: t("open_say"), lead: t("open_lead") };
  }
}
