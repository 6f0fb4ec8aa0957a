"""A small made-up helpdesk: things happen, each sends a webhook; a pull gives everything as it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

AGENTS = ("ines", "jonas")
TEXTS = (
    "Thank you so much Ines, you are wonderful.",
    "My order 4711 never came.",
    "I have waived the fee for you, as a small surprise.",
    "I am so sorry to hear that.",
    "",
)


@dataclass
class Talk:
    name: str
    opened: dict
    status: dict | None = None
    assigned: dict | None = None
    rating: dict | None = None
    agent: str = ""
    surveyed: str | None = None
    gone: bool = False
    messages: dict[str, dict] = field(default_factory=dict)
    deleted: dict[str, dict] = field(default_factory=dict)
    erased: dict | None = None


@dataclass
class World:
    """`hooks`: every webhook that was sent, in order."""

    now: int = 1_780_000_000
    talks: list[Talk] = field(default_factory=list)
    hooks: list[dict] = field(default_factory=list)

    def happen(self, what: str, which: int, n: int) -> None:
        self.now += 7
        if what == "open" or not self.talks:
            self.open(n)
            return
        talk = self.talks[which % len(self.talks)]
        what = "erase" if what == "delete" and n == 0 else what
        if not talk.gone:
            getattr(self, what)(talk, n)

    def payload(self, kind: str, talk_id: str, **more) -> dict:
        said = {"type": kind, "at": self.now, "revision": str(self.now)}
        return {**said, "conversation": {"id": talk_id}, **more}

    def open(self, n):
        name = f"T-{len(self.talks)}"
        made = self.payload(
            "conversation.opened", name, customer={"id": f"c{n % 2}", "name": "Maren"}
        )
        made["conversation"] |= {"channel": "chat", "subject": f"about {n}"}
        self.talks.append(Talk(name, made))
        self.hooks.append(made)

    def say(self, talk, n):
        who = ("customer", "agent", "bot", "note")[n % 4]
        name = f"m{len(talk.messages) + len(talk.deleted)}"
        actor = {"kind": "customer", "id": f"c{n % 3}", "name": f"Name {n % 3}"}
        if who != "customer":
            agent = AGENTS[n % 2]
            kind = "bot" if who == "bot" else "agent"
            actor = {"kind": kind, "id": agent if kind == "agent" else "", "name": agent}
        made = self.payload("message", talk.name, actor=actor)
        made["message"] = {"id": name, "text": TEXTS[n % len(TEXTS)]}
        made["message"]["visibility"] = "internal" if who == "note" else "public"
        talk.messages[name] = made
        self.hooks.append(made)

    def edit(self, talk, n):
        if talk.messages:
            name = sorted(talk.messages)[n % len(talk.messages)]
            old = talk.messages[name]
            new = {**old, "message": {**old["message"], "text": TEXTS[(n + 1) % len(TEXTS)]}}
            talk.messages[name] = {**new, "revision": str(self.now)}
            self.hooks.append(talk.messages[name])

    def delete(self, talk, n):
        if talk.messages:
            name = sorted(talk.messages)[n % len(talk.messages)]
            del talk.messages[name]
            talk.deleted[name] = self.payload("deleted", talk.name, message={"id": name})
            self.hooks.append(talk.deleted[name])

    def state(self, talk, n):
        talk.status = self.payload("status", talk.name)
        talk.status["conversation"] |= {
            "subject": f"now {n % 3}",
            "tags": ["late"] * (n % 2),
            "status": ("open", "resolved")[n % 2],
        }
        self.hooks.append(talk.status)

    def assign(self, talk, n):
        talk.agent = (*AGENTS, "")[n % 3]
        talk.assigned = self.payload("assigned", talk.name)
        if talk.agent:
            talk.assigned["agent"] = {"id": talk.agent, "name": talk.agent}
        self.hooks.append(talk.assigned)

    def rate(self, talk, n):
        rated = {"score": n % 6, "of": 5, "comment": "ok"}
        talk.rating = self.payload("rating", talk.name, rating=rated)
        if talk.surveyed is None:
            talk.surveyed = talk.agent  # whoever had it when the survey went out
        if talk.surveyed:
            talk.rating["agent"] = {"id": talk.surveyed, "name": talk.surveyed}
        self.hooks.append(talk.rating)

    def erase(self, talk, n):
        talk.gone = True
        talk.erased = self.payload("deleted", talk.name)
        self.hooks.append(talk.erased)

    def pull(self) -> list[dict]:
        found = []
        for talk in self.talks:
            heads = (talk.opened, talk.status, talk.assigned, talk.rating, talk.erased)
            found += [one for one in heads if one]
            found += talk.deleted.values()
            found += talk.messages.values() if not talk.gone else ()
        return found


WHAT = (
    *("open", "say", "say", "say", "say", "edit", "edit", "delete"),
    *("state",) * 2,
    *("assign",) * 2,
    "rate",
)
"""What happens, by weight; a conversation is erased seldom."""


@st.composite
def worlds(draw) -> World:
    world = World()
    happened = st.tuples(st.sampled_from(WHAT), st.integers(0, 1), st.integers(0, 11))
    for what, which, n in draw(st.lists(happened, min_size=6, max_size=30)):
        world.happen(what, which, n)
    return world
