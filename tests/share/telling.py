"""A kindness told as a story, for the tests of the wall."""

from neoncard.kindness.rules import text_hash
from neoncard.share import actions
from neoncard.share.rules import exact_words
from tests import make

STORY = " ".join(["bear"] * 80)


def read(post):
    return text_hash(exact_words(post.title, post.story, post.kindness.words))


def told(house, **fields):
    """A kindness of the agent to the second, told as a story by its giver."""
    kindness = make.kindness(house.agent, house.second, **fields)
    return actions.tell(
        by=house.agent, kindness=kindness, title="The teddy bear", story=STORY, name_too=True
    )
