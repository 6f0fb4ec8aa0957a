"""Every string of the live board (frontend/board), handed to it as JSON in the language of the page.

A test holds that what is listed here is what the board uses, no more and no less. `%(name)s` is filled in by the
board; sentences are worded so that no plural is needed.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

_PHASES = {
    "phases": _("The phases of the workshop"),
    "phase_talk": _("Talk"),
    "phase_map": _("Map"),
    "phase_ideas": _("Ideas"),
    "phase_reveal": _("Reveal"),
    "phase_vote": _("Vote"),
    "phase_commit": _("Commit"),
    "phase_open": _("Open"),
    "now_at": _("Now: %(phase)s"),
    "next": _("Next: %(phase)s"),
    "finish": _("Finish"),
    "begin": _("Hold a workshop"),
    "end": _("End the workshop"),
}

_GUIDE = {
    "guide": _("What this phase is for"),
    "how_to_run": _("How to lead this"),
    "talk_ask": _("What is the most basic thing a customer comes to us for?"),
    "talk_say": _(
        "Not the interesting case. The one we do two hundred times a day and could do asleep."
    ),
    "talk_lead": _(
        "Ten minutes. Let everybody tell of one real time, and what the customer’s face did. Write a"
        " few words beside the board. Then choose one encounter and give it its name."
    ),
    "map_ask": _("What happens to the customer, step by step?"),
    "map_say": _(
        "White cards, as it is today and as they live it. Keep the dreaded ones in: the hold music,"
        " the robot, the no."
    ),
    "map_lead": _(
        "Ten minutes. Begin before they reach us and end after they have gone. Where a card says"
        " “we”, ask what the customer sees of it."
    ),
    "ideas_ask": _("What can we do here to take the basic to the unbelievable?"),
    "ideas_say": _(
        "Neon cards, between the steps: a word, an effort, a treat. Write alone. Nobody sees yours"
        " until the cards are turned over."
    ),
    "ideas_lead": _(
        "Fifteen minutes, in quiet. Ask for one that costs nothing, and for one they would tell at"
        " dinner. Timid ones count. You turn the cards over, when the writing has stopped."
    ),
    "reveal_ask": _("What have we got?"),
    "reveal_say": _(
        "Read each card aloud, kindly. Lay together what belongs together. Add what comes to mind"
        " now."
    ),
    "reveal_lead": _(
        "Ten minutes. Ask of each: would nobody expect it? Could each of us say it in our own words?"
        " Nobody has to say which was theirs."
    ),
    "vote_ask": _("Which of these could we do tomorrow?"),
    "vote_say": _(
        "In every call, even a technical one. Nobody sees a count before the vote is over. Effort"
        " before treats: a treat while the problem is open annoys."
    ),
    "vote_lead": _("Five minutes, without talking. When the votes are in, go on to Commit."),
    "commit_ask": _("What do we put our name to?"),
    "commit_say": _(
        "One or two are enough. Write the principle, never a script; what it costs; what each of us"
        " may decide without asking."
    ),
    "commit_lead": _(
        "Fifteen minutes. Take the one on top and write it together; whoever types does not decide."
        " Stop when the first is in the playbook and nobody has a but."
    ),
    "open_ask": _("White cards are what happens, neon cards are what we add."),
    "open_say": _("Change any of them at any time."),
    "open_lead": _(
        "A workshop on this journey takes an hour: talk, map, ideas, reveal, vote, commit. Send the"
        " others this page’s address and press “Hold a workshop”. Alone it works just as well."
    ),
}

_CARDS = {
    "steps": _("Steps and the ideas after each"),
    "gap_first": _("Before the first step"),
    "gap_after": _("After “%(title)s”"),
    "empty_title": _("The table is empty"),
    "empty_say": _("Lay the first white card: where does it begin for the customer?"),
    "add_step": _("+ white card"),
    "step_title": _("What happens?"),
    "step_hint": _("waits on hold"),
    "note": _("A detail one could film"),
    "feel_note": _("How it may feel to them"),
    "channel": _("Where"),
    "add_idea": _("+ neon card"),
    "idea_text": _("What could we do that nobody expects?"),
    "kind": _("What is it made of?"),
    "level": _("From basic to unbelievable"),
    "level_of": _("%(level)s of 5, from basic to unbelievable"),
    "basic": _("basic"),
    "unbelievable": _("unbelievable"),
    "aim": _("What might it raise?"),
    "principle": _("The principle behind it"),
    "cost": _("What it costs"),
    "more_about": _("More about it"),
    "face_down": _("A card, face down"),
    "only_you": _("only you see it"),
    "edit": _("Write on this card"),
    "lay": _("Lay it"),
    "keep": _("Keep"),
    "leave": _("Leave it"),
    "done": _("Done"),
    "laid": _("Laid: %(card)s"),
    "taken_away": _("Taken away: %(card)s"),
    "in_playbook": _("in the playbook"),
    "suggested": _("suggested about %(n)s times"),
    "done_n": _("done about %(n)s times"),
    "thanked": _("thanked about %(n)s times"),
    "also": _("two wordings"),
    "also_on": _("Two people wrote at once"),
    "also_say": _("Both wordings are kept until one of you settles it."),
    "also_keep": _("Keep this one"),
    "also_take": _("Take this one"),
}

_MOVES = {
    "move": _("Move"),
    "move_card": _("Move “%(card)s”"),
    "position": _("Position %(at)s of %(of)s"),
    "earlier": _("Earlier"),
    "later": _("Later"),
    "to_gap": _("To the gap after…"),
    "to_after": _("To the place after…"),
    "first": _("The very first"),
    "keys_idea": _("By keyboard: Alt with ↑ ↓ in its gap, Alt with ← → to the next gap."),
    "keys_step": _("By keyboard: Alt with ← →."),
    "moved": _("“%(card)s” moved to position %(at)s of %(of)s"),
    "moved_to_gap": _("“%(card)s” moved. %(gap)s, position %(at)s of %(of)s"),
    "no_further": _("It can’t go further this way"),
    "take_away": _("Take this card away"),
    "park": _("Park it"),
    "unpark": _("Take it up again"),
    "summon": _("Call everybody here"),
    "unsummon": _("Let everybody go on"),
    "summoned": _("Everybody is asked to look at “%(card)s”"),
}

_VOTES = {
    "vote": _("Vote"),
    "votes": _("votes: %(n)s"),
    "votes_left": _("Your votes left: %(n)s"),
    "votes_cast": _("votes cast: %(n)s"),
    "winners": _("Most wanted"),
    "commit": _("Into the playbook"),
    "into_playbook": _("Into the playbook"),
    "committed": _("In the playbook: %(card)s"),
    "act_title": _("In a few words"),
    "principle_help": _("Why it helps, so that everyone can do it in their own way."),
    "act_minutes": _("Minutes it takes"),
    "act_money": _("Money it may cost"),
    "may_decide": _("What one may decide without asking"),
    "fits": _("When it fits"),
    "fits_help": _("None ticked: always."),
    "anyway": _("We do this anyway"),
    "anyway_help": _("Because it is right. No figure ever retires it."),
}

_PEOPLE = {
    "here": _("Here: %(names)s"),
    "is_here": _("%(name)s is on this card"),
    "you": _("you"),
    "somebody": _("somebody"),
    "talk": _("Talk"),
    "talk_log": _("What was said"),
    "talk_empty": _("Nobody has written yet. A word or two about one real time is enough."),
    "talk_hint": _("Write to everybody here"),
    "say": _("Send"),
    "unread": _("unread"),
    "comments": _("Comments"),
    "comments_on": _("On “%(card)s”"),
    "comments_empty": _("No comment yet."),
    "comment_hint": _("What would make it better?"),
    "resolve": _("Settled"),
    "resolved": _("settled"),
    "unresolve": _("Not settled yet"),
    "said_by": _("%(name)s %(what)s."),
    "more_changes": _("And more changes: %(n)s."),
    "did_add_step": _("laid a white card"),
    "did_add_idea": _("laid a neon card"),
    "did_set": _("wrote on a card"),
    "did_move": _("moved a card"),
    "did_delete": _("took a card away"),
    "did_comment": _("commented"),
    "did_commit": _("put a card into the playbook"),
    "did_undo": _("took a step back"),
}

_SUGGESTIONS = {
    "suggest": _("Ideas for here"),
    "suggest_for": _("Suggestions. %(gap)s"),
    "suggest_say": _("From the idea library, not from your team. Take what fits, in your words."),
    "suggest_take": _("Take it"),
    "suggest_taken": _("Taken"),
    "suggest_none": _("Nothing in the library comes near this step. You will do better."),
    "suggest_failed": _("The library can’t be reached just now."),
    "looking": _("Looking…"),
}

_BOARD = {
    "title": _("Which encounter?"),
    "rename": _("Rename"),
    "undo": _("Undo"),
    "undone": _("Undone"),
    "more": _("More"),
    "run": _("Lead"),
    "close": _("Close"),
    "timer": _("Timer"),
    "minutes": _("%(n)s min"),
    "timer_on": _("The timer runs: %(n)s minutes"),
    "timer_off": _("The timer is stopped"),
    "timer_stop": _("Stop the timer"),
    "time_up": _("Time is up"),
    "budget": _("Votes for each person"),
    "lock": _("Lock the cards: only whoever leads changes them"),
    "mute": _("Don’t read out what others change"),
}

_STATE = {
    "away": _("The connection is lost. You can go on; it is tried again by itself."),
    "away_first": _("The live board doesn’t answer yet. Below are its cards as lists."),
    "away_elsewhere": _("The board is being served elsewhere just now. It is tried again shortly."),
    "kept": _("Kept here until then: %(n)s"),
    "try_now": _("Try now"),
    "locked": _("The cards are locked: whoever leads is showing something."),
    "shut_signin": _("You have been signed out. What you wrote is kept here until you are back."),
    "shut_withdrawn": _("You can’t take part in this board any more. Ask whoever invited you."),
    "shut_gone": _("This board is gone."),
    "sign_in": _("Sign in"),
    "refused_words": _("%(say)s Your words: “%(words)s”"),
    "card_gone": _("The card you wrote on was taken away. Your words: “%(words)s”"),
}

WORDS = {
    **_PHASES, **_GUIDE, **_CARDS, **_MOVES, **_VOTES, **_PEOPLE, **_SUGGESTIONS, **_BOARD, **_STATE,
}  # fmt: skip


def words() -> dict[str, str]:
    """Every string by its key, in the language of the page."""
    return {key: str(said) for key, said in WORDS.items()}
