"""Slack, Mattermost and Teams with recorded payloads: replayed, late, tampered, out of order: one kindness or a refusal."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.chat import mattermost, rules, slack, teams
from neoncard.chat.tables import Chat, ChatDeed
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.kit.jobs.actions import Park
from neoncard.people.tables import Handle
from neoncard.share.tables import Post
from tests.chat.recorded import (
    COMMANDS,
    FORM,
    NOW,
    TEAMS,
    button,
    event,
    every,
    from_mattermost,
    interaction,
    press,
    recorded,
    send,
    works,
)


@every
def test_thanks_said_in_a_chat_are_one_kindness_to_both(joined, kind):
    answer = send(kind, COMMANDS[kind]())
    row = Kindness.objects.get()
    assert (answer.status_code, row.words) == (200, "taking the gate")
    assert row.giver.member == joined.agent
    assert {one.member for one in row.receivers.all()} == {joined.second, joined.third}
    assert "Jonas, Amir will read it on Today." in answer.json()["text"]


@every
def test_replayed_twice_it_is_one_kindness_and_the_same_answer(joined, kind):
    first, again = send(kind, COMMANDS[kind]()), send(kind, COMMANDS[kind]())
    assert (first.json(), Kindness.objects.count()) == (again.json(), 1)


@every
@pytest.mark.parametrize("away", [timedelta(minutes=6), timedelta(minutes=-7)])
def test_late_or_from_the_future_it_is_refused(joined, kind, away):
    request = COMMANDS[kind]()
    with clock.at(NOW + away):
        assert send(kind, request).status_code == 401
    assert Kindness.objects.count() == 0


@every
def test_tampered_it_is_refused(joined, kind):
    body, headers = COMMANDS[kind]()
    if kind == "mattermost":  # its token is all there is
        body, headers = from_mattermost(token="another")
    else:
        body = body.replace("gate", "till")
    assert send(kind, (body, headers)).status_code == 401
    assert Kindness.objects.count() == 0


@every
def test_a_chat_that_is_not_set_up_is_refused(joined, kind):
    Chat.objects.filter(kind=kind).delete()
    assert send(kind, COMMANDS[kind]()).status_code == 401


@every
def test_whoever_has_not_joined_gets_the_way_to_and_nothing_is_sent(joined, kind):
    Handle.objects.filter(source=kind, ext_id="U0INES").delete()
    said = send(kind, COMMANDS[kind]()).json()["text"]
    assert "Join this chat" in said
    assert ("/chat/join?as=" in said) == (kind != "teams"), "Teams answers to the whole channel"
    assert Kindness.objects.count() == 0


@every
def test_nothing_is_sent_when_one_of_them_is_unknown(joined, kind):
    Handle.objects.filter(source=kind, ext_id="U0AMIR").delete()
    assert "nothing was sent" in send(kind, COMMANDS[kind]()).json()["text"]
    assert Kindness.objects.count() == 0


@every
def test_the_same_words_again_are_refused_kindly_in_chat_too(joined, kind):
    send(kind, COMMANDS[kind]())
    ChatDeed.objects.all().delete()
    why = "Nothing was sent" if kind == "teams" else "these very words"
    assert why in send(kind, COMMANDS[kind]()).json()["text"]
    assert Kindness.objects.count() == 1


def test_two_orders_of_the_same_three_end_alike(joined):
    requests = [COMMANDS["slack"](), event("slack_reaction.json"), interaction("slack_form.json")]
    ends = []
    for order in ([0, 1, 2], [2, 1, 0]):
        for number in [*order, *order]:
            assert send("slack", requests[number]).status_code == 200
        ends.append(sorted(Kindness.objects.values_list("words", flat=True)))
        Kindness.objects.all().delete()
        ChatDeed.objects.all().delete()
    assert ends == [["You stayed with the two prams.", "taking the gate"]] * 2


def test_slack_proves_our_address(joined):
    answer = send("slack", event("slack_verify.json"))
    assert answer.content.decode() == json.loads(recorded("slack_verify.json"))["challenge"]


def test_a_heart_brings_one_private_follow_up(api):
    for _again in range(2):
        assert send("slack", event("slack_reaction.json")).content == b""
    works()
    ((path, token, body),) = api.asked
    assert (path, token) == ("/api/chat.postEphemeral", "Bearer xoxb-1")
    assert (body["user"], body["channel"]) == ("U0INES", "C2147483705")
    assert [block["type"] for block in body["blocks"]] == ["section", "input", "actions"]
    assert Kindness.objects.count() == 0


def test_a_message_shortcut_is_answered_where_slack_says(api, joined):
    url = Chat.objects.get(kind="slack").api.replace("/api", "/hooks")
    send("slack", interaction("slack_shortcut.json", response_url=url))
    works()
    ((path, token, body),) = api.asked
    assert (path, token, body["response_type"]) == ("/hooks", "", "ephemeral")


def test_what_is_written_under_the_heart_is_one_kindness(joined):
    for _again in range(2):
        send("slack", interaction("slack_form.json"))
    assert [row.words for row in Kindness.objects.all()] == ["You stayed with the two prams."]


def test_the_app_home_shows_the_last_words_one_got_and_no_number(api, joined):
    from tests import make

    make.kindness(joined.second, joined.agent, words="You stayed late.")
    send("slack", event("slack_home.json"))
    works()
    ((path, _token, body),) = api.asked
    assert (path, body["user_id"]) == ("/api/views.publish", "U0INES")
    assert body["view"]["blocks"][0]["text"]["text"] == "> You stayed late."


def test_what_slack_refuses_is_parked_with_its_word(api, joined):
    api.ok = False
    send("slack", event("slack_reaction.json"))
    with pytest.raises(Park, match="not_in_channel"):
        works()


def test_a_button_hangs_it_on_the_wall_and_one_takes_it_back(joined):
    answer = send("slack", COMMANDS["slack"]())
    wall, undo = button(answer, 0), button(answer, 1)
    press(undo, user="U0JONAS")
    assert Kindness.objects.count() == 1, "only who gave it"
    press(wall)
    press(wall)
    assert Post.objects.count() == 1
    press(undo)
    press(undo)
    assert Kindness.objects.count() == 0


def test_mattermosts_buttons_work_once_for_who_may_press_them(joined):
    answer = send("mattermost", from_mattermost()).json()
    undo = answer["attachments"][0]["actions"][1]["integration"]
    assert undo["url"].endswith("/chat/mattermost")

    def press(user, value):
        body = json.dumps({"user_id": user, "post_id": "p", "context": {"value": value}})
        return send("mattermost", (body, {"Content-Type": "application/json"})).json()[
            "ephemeral_text"
        ]

    assert press("U0JONAS", undo["context"]["value"]) == "It is not there any more."
    assert press("U0INES", undo["context"]["value"] + "x") == "That button is not one of ours."
    ChatDeed.objects.all().delete()
    assert (
        press("U0INES", undo["context"]["value"]) == "Taken back. It is as if it had not been sent."
    )
    assert Kindness.objects.count() == 0


def test_the_link_that_joins_does_nothing_until_its_button(joined, signed_in):
    Handle.objects.filter(source="slack", ext_id="U0INES").delete()
    said = send("slack", COMMANDS["slack"]()).json()["text"]
    path = "/chat/join?as=" + said.split("/chat/join?as=")[1]
    client = signed_in(joined.agent)
    for method in (client.head, client.get):
        assert method(path).status_code == 200
    assert not Handle.objects.filter(source="slack", ext_id="U0INES").exists()
    client.post(path)
    assert Handle.objects.get(source="slack", ext_id="U0INES").member == joined.agent
    signed_in(joined.lead).post(path)
    assert Handle.objects.get(source="slack", ext_id="U0INES").member == joined.agent
    assert client.get("/chat/join?as=forged").status_code == 410


def test_an_admin_sets_a_chat_up_and_takes_it_away(house, signed_in):
    client = signed_in(house.admin)
    client.post("/settings/chat/slack", {"slack-signing": "s", "slack-token": "xoxb-2"})
    row = Chat.objects.get()
    assert "xoxb-2" not in row.sealed
    assert "xoxb-2" not in client.get("/settings/chat").content.decode()
    client.post("/settings/chat/slack", {"slack-signing": "", "slack-token": ""})
    assert Chat.objects.get().sealed, "an empty field keeps what is there"
    client.post("/settings/chat/slack", {"remove": "1"})
    assert Chat.objects.count() == 0
    client.post("/settings/chat/teams", {"teams-signing": ""})
    assert Chat.objects.count() == 0


def test_too_large_is_refused_unread(joined):
    body, headers = COMMANDS["slack"]()
    assert send("slack", (body + "x" * 300_000, headers)).status_code == 413


@given(st.sampled_from([slack, mattermost, teams]), st.binary(max_size=300), st.booleans())
def test_no_bytes_get_past_a_dialect(dialect, body, as_json):
    kind = "application/json" if as_json else FORM
    secrets = {"signing": TEAMS}
    try:
        said = dialect.heard(body, {"Content-Type": kind}, secrets, NOW)
    except rules.Unproven:
        return
    # Only a button of Mattermost's comes without a signature: its value is ours, and is checked where it is used.
    assert (dialect, said.what) == (mattermost, rules.BUTTON)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  for the gate ", "the gate"),
        ("für die Tür", "die Tür"),
        ("por la puerta", "la puerta"),
        ("fortnight", "fortnight"),
    ],
)
def test_the_for_in_front_is_not_part_of_the_words(text, expected):
    assert rules.words_of(text) == expected
