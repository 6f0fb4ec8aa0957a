"""Several people on one board at once, in any interleaving, with lost frames, reconnects and retries."""

from __future__ import annotations

import json
from collections import deque

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from neoncard.design.board import audience
from neoncard.design.board.actions import Asked
from neoncard.design.board.state import dumped, restored
from tests.design.board.client import Client, settled
from tests.design.board.memory import PEOPLE, Server, frame_for, who

PHASES = ["talk", "map", "ideas", "ideas", "ideas", "reveal", "vote", "vote", "commit", "open"]
WORDS = ["ring", "back", "soon", "name", "wait", "tell", "them", "why"]
actors = st.sampled_from(list(PEOPLE))


class Connection:
    def __init__(self) -> None:
        self.client = Client()
        self.frames: deque[str] = deque()
        self.there = False
        self.outbox: list[Asked] = []


def anything(doc):
    """An operation on the board as this person sees it; some make no sense, some come too late."""
    steps = [step["id"] for step in doc["steps"]]
    ideas = [idea["id"] for idea in doc["ideas"]]
    comments = [comment["id"] for comment in doc["comments"]]
    card = st.sampled_from([*steps, *ideas, "gone-long-ago"])
    idea = st.sampled_from([*ideas, "gone-long-ago"])
    step = st.sampled_from([None, *steps, "gone-long-ago"])
    after = st.sampled_from([None, *steps, *ideas])
    text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
    return st.one_of(
        st.fixed_dictionaries({"op": st.just("add_step"), "after": after, "words": text}),
        st.fixed_dictionaries(
            {"op": st.just("add_idea"), "step": step, "after": after, "words": text}
        ),
        st.fixed_dictionaries(
            {
                "op": st.just("set"),
                "card": card,
                "field": st.sampled_from(["title", "text", "note", "principle", "level", "also"]),
                "value": st.one_of(text, st.integers(1, 5), st.just("")),
            }
        ),
        st.fixed_dictionaries({"op": st.just("move"), "card": card, "after": after, "step": step}),
        st.fixed_dictionaries({"op": st.just("delete"), "card": card}),
        st.fixed_dictionaries({"op": st.sampled_from(["vote", "unvote"]), "idea": idea}),
        st.fixed_dictionaries({"op": st.just("comment"), "card": card, "words": text}),
        st.fixed_dictionaries({"op": st.just("say"), "words": text}),
        st.fixed_dictionaries(
            {"op": st.just("resolve"), "comment": st.sampled_from([*comments, "gone-long-ago"])}
        ),
        st.fixed_dictionaries({"op": st.just("phase"), "to": st.sampled_from(PHASES)}),
        st.fixed_dictionaries({"op": st.just("budget"), "n": st.integers(1, 3)}),
        st.fixed_dictionaries({"op": st.just("lock"), "on": st.booleans()}),
        st.fixed_dictionaries({"op": st.just("summon"), "card": card}),
        st.sampled_from(
            [{"op": "reveal"}, {"op": "timer", "seconds": 60}, {"op": "undo"}, {"op": "undo"}]
        ),
        st.fixed_dictionaries(
            {
                "op": st.just("commit"),
                "idea": idea,
                "act": st.just({"title": "t", "principle": "p", "kind": "word"}),
            }
        ),
    )


class Together(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.server = Server()
        self.people = {actor: Connection() for actor in PEOPLE}
        self.n = 0
        self.secrets: dict[str, set[str]] = {}
        for actor in PEOPLE:
            self.hello(actor, 0)
        for at in range(2):
            self.write("m1", [self.op("m1", {"op": "add_step", "after": None, "words": f"step {at}"})])  # fmt: skip
            self.write("m2", [self.op("m2", {"op": "add_idea", "step": None, "after": None, "words": "idea"})])  # fmt: skip

    def hello(self, actor: str, since: int) -> None:
        one = self.people[actor]
        one.frames.clear()
        one.there = True
        frame = self.server.welcome(actor, since)
        self.check_secret(json.dumps(frame), actor)
        one.client.hear(frame)

    def op(self, actor: str, made: dict) -> Asked:
        self.n += 1
        key = f"key-{actor}-{self.n:05d}"
        words = made.pop("words", "")
        if made["op"] == "add_step":
            made["card"] = {"id": key, "title": words}
        elif made["op"] == "add_idea":
            made["card"] = {"id": key, "text": f"{words} {key}-text"}
        elif made["op"] == "comment":
            made["comment"] = {"id": key, "text": words}
        elif made["op"] == "say":
            made["chat"] = {"id": key, "text": words}
        elif made["op"] == "set":
            made["base"] = self.people[actor].client.seq
            if isinstance(made["value"], str) and made["value"]:
                made["value"] += f" {key}-text"
        elif made["op"] == "undo":
            mine = [done.op_id for done in self.server.log if done.actor == actor]
            made["undo"] = mine[-1] if mine else "gone-long-ago"
        return Asked(f"op-{actor}-{self.n:05d}", made, who(actor))

    def write(self, actor: str, asked: list[Asked]) -> None:
        before = dumped(self.server.doc)
        found = self.server.write(asked)
        self.people[actor].outbox += asked
        kinds = {done.did for _one, done, _text in found.done}
        if len(found.done) == 1 and not kinds & {"phase", "reveal"}:
            self.check_inverse(before, found.done[0][1])
        self.note_secrets()
        told = self.server.tell(found)
        for other, one in self.people.items():
            if told.everyone is not None and one.there:
                text = frame_for(told, other)
                self.check_secret(text, other)
                one.frames.append(text)
        mine = self.people[actor]
        for asked_before, seq in found.again:
            mine.frames.append(json.dumps({"t": "ack", "id": asked_before.id, "seq": seq}))
        refused = {asked_one.id for asked_one, _why in found.refused}
        mine.outbox = [one for one in mine.outbox if one.id not in refused]

    def note_secrets(self) -> None:
        for idea in self.server.doc.ideas.values():
            if idea["hidden"]:
                self.secrets.setdefault(idea["id"], set()).add(idea["text"].split()[-1])
            else:
                self.secrets.pop(idea["id"], None)

    def check_secret(self, text: str, viewer: str) -> None:
        for key, words in self.secrets.items():
            idea = self.server.doc.ideas.get(key)
            if idea is not None and idea["author"] != viewer:
                assert [word for word in words if word in text] == []

    def check_inverse(self, before: str, done) -> None:
        copy = restored(dumped(self.server.doc), 0)
        copy.apply(done.inverse)
        assert settled(whole(copy)) == settled(whole(restored(before, 0))), done

    @rule(actor=actors, data=st.data())
    def act(self, actor, data):
        one = self.people[actor]
        made = data.draw(anything(one.client.doc))
        self.write(actor, [self.op(actor, dict(made))])

    @rule(actor=actors, data=st.data())
    def act_often(self, actor, data):
        one = self.people[actor]
        made = data.draw(st.lists(anything(one.client.doc), min_size=2, max_size=4))
        self.write(actor, [self.op(actor, dict(each)) for each in made])

    @rule(actor=actors, n=st.integers(1, 5))
    def hear(self, actor, n):
        one = self.people[actor]
        while one.frames and n:
            one.client.hear(json.loads(one.frames.popleft()))
            n -= 1

    @rule(actor=actors)
    def drop(self, actor):
        self.people[actor].frames.clear()
        self.people[actor].there = False

    @rule(actor=actors)
    def lose_a_frame(self, actor):
        if self.people[actor].frames:
            self.people[actor].frames.popleft()
            self.people[actor].client.gap = True

    @rule(actor=actors, anew=st.booleans())
    def come_back(self, actor, anew):
        self.hello(actor, 0 if anew else self.people[actor].client.seq)

    @rule(actor=actors)
    def retry(self, actor):
        one = self.people[actor]
        waiting = [asked for asked in one.outbox if asked.id not in one.client.acknowledged]
        count = self.server.doc.seq
        written = {done.op_id for done in self.server.log}
        self.write(actor, [asked for asked in waiting if asked.id in written])
        assert self.server.doc.seq == count

    @invariant()
    def votes_keep_to_the_budget(self):
        doc = self.server.doc
        assert max((len(doc.mine(actor)) for actor in PEOPLE), default=0) <= doc.board["vote_budget"]  # fmt: skip

    @invariant()
    def who_has_heard_everything_sees_what_the_server_would_show(self):
        for actor, one in self.people.items():
            if one.there and not one.frames and not one.client.gap:
                shown = audience.document(self.server.doc, actor, PEOPLE)
                assert settled(one.client.doc) == settled(shown)
                assert one.client.seq == self.server.doc.seq

    @invariant()
    def nothing_is_written_twice(self):
        ids = [done.op_id for done in self.server.log]
        assert len(ids) == len(set(ids))

    def teardown(self):
        assert dumped(self.server.replayed()) == dumped(self.server.doc)
        for actor in PEOPLE:
            self.hello(actor, self.people[actor].client.seq)
        self.who_has_heard_everything_sees_what_the_server_would_show()


def whole(doc):
    return {
        "board": doc.board,
        "steps": [doc.steps[key] for key in doc.order],
        "ideas": [doc.ideas[key] for gap in (None, *doc.order) for key in doc.gaps[gap]],
        "comments": list(doc.comments.values()),
        "chat": sorted(doc.chat.values(), key=lambda line: line["id"]),
        "mine": [],
        "votes": {idea: sorted(voters) for idea, voters in doc.votes.items()},
        "people": {},
    }


TestTogether = Together.TestCase
TestTogether.settings = settings(
    max_examples=100, stateful_step_count=30, report_multiple_bugs=False
)
