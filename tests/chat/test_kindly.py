"""Chats say little: nothing private to a channel, nobody is asked twice; and however often it comes, one kindness."""

import json
from datetime import timedelta

import pytest

from neoncard import nudges
from neoncard.chat.actions import forget
from neoncard.chat.tables import ChatDeed
from neoncard.do.drive import actions as drive
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.kit.jobs.tables import Job
from neoncard.people import actions as people
from neoncard.people.tables import Handle
from tests.chat.recorded import (
    COMMANDS,
    NOW,
    from_mattermost,
    from_slack,
    from_teams,
    interaction,
    recorded,
    send,
    works,
)


def form(words, press):
    data = json.loads(recorded("slack_form.json"))
    data["state"]["values"]["neoncard_words"]["neoncard_words"]["value"] = words
    data["actions"][0]["action_ts"] = press
    return interaction("slack_form.json", state=data["state"], actions=data["actions"])


def replies():
    jobs = Job.objects.filter(kind="chat.say").order_by("pk")
    return [job.payload["body"].get("text", "") for job in jobs]


def test_pressed_empty_then_filled_the_words_are_sent(joined):
    for request in (form(None, "1.1"), form(None, "1.1"), form("You held the door.", "2.2")):
        assert send("slack", request).status_code == 200
    assert [row.words for row in Kindness.objects.all()] == ["You held the door."]
    said = replies()
    assert said[0].startswith("Say what for")
    assert said[1].startswith("Jonas will read it")
    assert len(said) == 2


def teams(text, number):
    data = json.loads(recorded("teams_message.json"))
    at = "<at>Neoncard</at> thanks <at>Jonas</at> <at>Amir</at> for "
    return from_teams(json.dumps({**data, "text": at + text, "id": str(number)}))


def test_a_channel_of_teams_is_told_nothing_about_what_was_between_two(joined):
    send("teams", teams("the gate", 1))
    said = [send("teams", teams(text, n)).json()["text"] for n, text in ((2, "the gate"),)]
    for number, text in ((3, "the tea"), (4, "the rope")):
        said.append(send("teams", teams(text, number)).json()["text"])
    assert Kindness.objects.count() == 2
    assert said[0] == said[2], "why it was refused is not said"
    assert "Jonas" not in said[0]
    assert "/thank" in said[0]


def test_whoever_has_not_joined_is_asked_to_once_ever(joined):
    Handle.objects.filter(source="slack", ext_id="U0INES").delete()
    hearts = [json.loads(recorded("slack_reaction.json")) for _n in range(3)]
    for number, heart in enumerate(hearts):
        heart["event"]["item"]["ts"], heart["event_id"] = f"{number}.5", f"E{number}"
        body = json.dumps(heart)
        with clock.at(NOW + timedelta(days=40 * number)):
            request = from_slack(body, "application/json", clock.now())
            assert send("slack", request).content == b""
            forget()
    (said,) = replies()
    assert said.startswith("Join this chat")
    with clock.at(NOW):
        assert "Join this chat" in send("slack", COMMANDS["slack"]()).json()["text"]
    assert not ChatDeed.objects.filter(key__contains="U0INES").exists()


@pytest.mark.parametrize("kind", ["slack", "mattermost"])
def test_faint_praise_is_sent_and_hinted_at_gently(joined, kind):
    body, headers = COMMANDS[kind]()
    body = body.replace("taking+the+gate", "a+good+job+for+once")
    if kind == "slack":
        body, headers = from_slack(body)
    said = send(kind, (body, headers)).json()["text"]
    assert Kindness.objects.get().words == "a good job for once"
    assert said.startswith("Jonas, Amir will read it on Today. Read it once as they will.")


def press(value):
    body = json.dumps({"user_id": "U0INES", "post_id": "p", "context": {"value": value}})
    return send("mattermost", (body, {"Content-Type": "application/json"})).json()["ephemeral_text"]


def test_a_mattermost_button_pressed_late_is_refused_with_its_reason(joined):
    answer = send("mattermost", from_mattermost()).json()
    undo = answer["attachments"][0]["actions"][1]["integration"]["context"]["value"]
    with clock.at(NOW + timedelta(minutes=11)):
        assert "Ten minutes have passed" in press(undo)
    assert Kindness.objects.count() == 1


@pytest.mark.parametrize("kind", ["mattermost", "teams"])
def test_two_orders_of_the_same_two_end_alike(joined, kind):
    def second():
        if kind == "teams":
            return teams("the tea", 7)
        body, headers = from_mattermost(n=2)
        return body.replace("taking+the+gate", "the+tea"), headers

    requests, ends = [COMMANDS[kind](), second()], []
    for order in ([0, 1], [1, 0]):
        for number in [*order, *order]:
            assert send(kind, requests[number]).status_code == 200
        ends.append(sorted(Kindness.objects.values_list("words", flat=True)))
        Kindness.objects.all().delete()
        ChatDeed.objects.all().delete()
    assert ends == [["taking the gate", "the tea"]] * 2


def test_a_word_once_a_shift_comes_by_chat_to_its_owner_alone(api, joined, signed_in):
    week = {str(day): ["09:00", "17:00"] for day in range(5)}
    people.set_hours(member=joined.agent, week=week, leave=[])
    drive.set_nudge(member=joined.agent, channel="chat")
    for _again in range(2):
        nudges.plan_nudges()
        for job in Job.objects.filter(kind="nudge", state="waiting"):
            nudges.nudge(job)
    works()
    ((path, _token, body),) = api.asked
    assert (path, body["channel"]) == ("/api/chat.postMessage", "U0INES")
    assert "Three small ideas" in body["text"]


def test_whoever_is_not_in_the_chat_is_not_promised_a_word_there(joined, signed_in):
    page = signed_in(joined.lead).post("/drive/nudge", {"channel": "chat"}, follow=True)
    assert "You are not in the chat yet" in page.content.decode()
    assert not hasattr(type(joined.lead).objects.get(pk=joined.lead.pk), "nudge")


def test_left_the_chat_since_nothing_is_claimed_and_nothing_told(api, joined):
    week = {str(day): ["09:00", "17:00"] for day in range(5)}
    people.set_hours(member=joined.agent, week=week, leave=[])
    drive.set_nudge(member=joined.agent, channel="chat")
    Handle.objects.filter(source="slack", ext_id="U0INES").delete()
    nudges.plan_nudges()
    for job in Job.objects.filter(kind="nudge", state="waiting"):
        nudges.nudge(job)
    joined.agent.nudge.refresh_from_db()
    assert joined.agent.nudge.told_for is None


PARALLEL = """
import json
import django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.db import connection, connections
from neoncard.chat import actions
from neoncard.chat.tables import ChatDeed
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from tests import make
from tests.chat.recorded import COMMANDS, NOW, SECRET, send

house = make.house()
actions.set_up(by=house.admin, kind="slack", secrets={"signing": SECRET, "token": ""})
for id, member in (("U0INES", house.agent), ("U0JONAS", house.second), ("U0AMIR", house.third)):
    actions.join(member=member, kind="slack", ext_id=id)

def retry(_n):
    try:
        with clock.at(NOW):
            answer = send("slack", COMMANDS["slack"]()).json()
            return json.dumps(answer, sort_keys=True)  # PostgreSQL orders names its own way
    finally:
        connections.close_all()

with ThreadPoolExecutor(4) as pool:
    answers = set(pool.map(retry, range(8)))
print(len(answers), Kindness.objects.count(), ChatDeed.objects.count())
"""


def test_retries_of_slack_at_once_are_one_kindness_and_one_answer(own):
    own.env["NEONCARD_URL"] = "http://testserver"
    said = own.python("-c", PARALLEL)
    assert said.stdout.split()[-3:] == ["1", "1", "1"], said.stderr
