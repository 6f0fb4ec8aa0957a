"""What may hang on the wall, whose name it may show, and what a comment is. docs/decisions/wall.md says why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from neoncard.kindness.rules import Leave, Sight, may_name, may_publish, sight

STORY_LEAST, STORY_MOST = 80, 200
TITLE_MOST = 120
COMMENT_LEAST, COMMENT_MOST = 3, 1000

_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|org|net|info|io|de|es|uk|eu)\b\S*", re.I
)
_SIGN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Comment(StrEnum):
    """What keeps a comment from being one."""

    FEW = "few"
    LINKS = "links"
    LONG = "long"


def comment_problem(words: str) -> Comment | None:
    """Why these words are no comment yet, or None: at least three words of one's own, at most one link."""
    links = _LINK.findall(words)
    if len(links) > 1:
        return Comment.LINKS
    own = _LINK.sub(" ", words)
    # Chinese, Japanese, Korean and Thai set no spaces: two signs stand for a word.
    if len(_WORD.findall(own)) + len(_SIGN.findall(own)) // 2 < COMMENT_LEAST:
        return Comment.FEW
    return Comment.LONG if len(words) > COMMENT_MOST else None


_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"“”]+", re.I)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An address in somebody's words, and the host it leads to, as a browser knows it."""

    href: str
    host: str


def links_in(words: str) -> list[Elsewhere]:
    """The web addresses in words, each once, in order; what is no address leads nowhere and is left out."""
    found: dict[str, Elsewhere] = {}
    for text in _ADDRESS.findall(words):
        plain = text.rstrip(".,;:!?)]}'’…")
        href = plain if "://" in plain else f"https://{plain}"
        try:
            host = (urlsplit(href).hostname or "").encode("idna").decode()
        except ValueError:
            continue
        if "." in host:
            found[href] = Elsewhere(href, host.removeprefix("www."))
    return list(found.values())


_PROMOTES = re.compile(
    r"\b(?:discount|coupon|promo(?:tion)?(?: code)?|voucher|% off|buy now|order (?:now|here)|special offer|on sale"
    r"|subscribe|sign up (?:now|here|at)|visit (?:our|my) (?:shop|site|page)|for sale|dm me|affiliate|rabatt|gutschein"
    r"|jetzt kaufen|descuento|oferta)",
    re.IGNORECASE,
)


def promotes(words: str) -> bool:
    """Whether a comment looks like promotion: words of selling. It is held for two people to look at, not refused."""
    return bool(_PROMOTES.search(words))


class Hint(StrEnum):
    """What might make thanks land better; said before sending, never in the way of it."""

    COMPARES = "compares"
    FAINT = "faint"
    BARE = "bare"


_COMPARES = re.compile(
    r"\b(?:better than|more than (?:the )?(?:others|rest|most)|unlike (?:the )?(?:others|rest|some|you)"
    r"|than (?:anyone|anybody|everyone|the rest)|best (?:one |person |agent )?(?:in|of) (?:the|our) (?:team|shift)"
    r"|not like (?:the )?others|the only one who)\b",
    re.IGNORECASE,
)
_FAINT = re.compile(
    r"\b(?:not (?:too |so |that )?bad|for once|at least|finally|as expected|good enough|surprisingly|for a change"
    r"|for (?:a|an) (?:newcomer|beginner|trainee|woman|man|girl|boy)|for your age|nothing special|only did your job)\b",
    re.IGNORECASE,
)
BARE_WORDS = 4


def hint(words: str) -> Hint | None:
    """What might make these thanks land better, or None (E7, E10): comparing, faint, or without a what-for.

    English only; in other languages nothing is found, and nothing is said.
    """
    if _COMPARES.search(words):
        return Hint.COMPARES
    if _FAINT.search(words):
        return Hint.FAINT
    count = len(_WORD.findall(words)) + len(_SIGN.findall(words)) // 2
    return Hint.BARE if 0 < count < BARE_WORDS else None


class Story(StrEnum):
    """What keeps a story from being one."""

    TITLE = "title"
    SHORT = "short"
    LONG = "long"


def story_problem(title: str, story: str) -> Story | None:
    """Why this is no story yet, or None: a title of at most 120 characters and 80 to 200 words."""
    if not title.strip() or len(title.strip()) > TITLE_MOST:
        return Story.TITLE
    count = len(story.split())
    if count < STORY_LEAST:
        return Story.SHORT
    return Story.LONG if count > STORY_MOST else None


def exact_words(title: str, story: str, words: str) -> str:
    """The words a release of a post is bound to: the story under its title, or the kindness's own words."""
    return f"{title}\n\n{story}" if story else words


@dataclass(frozen=True, slots=True)
class Person:
    """A party of a post. `off`: opted out of the wall, or took their name off this post. `names`: what they go by."""

    party: int
    kind: str
    off: bool = False
    names: tuple[str, ...] = ()

    @property
    def outside(self) -> bool:
        """Whether this is a customer or a guest."""
        return self.kind in ("customer", "guest")


@dataclass(frozen=True, slots=True)
class Hung:
    """All a post is made of.

    `behind`: the customer of the encounter it happened in, when not a party. `thanked`: the words are what
    somebody outside wrote themselves, in a thank-you or on a Smile Card. `for_team`: that customer lets the team read them.
    """

    giver: Person
    receivers: tuple[Person, ...]
    words: str
    title: str = ""
    story: str = ""
    leaves: tuple[Leave, ...] = ()
    behind: Person | None = None
    for_team: bool = False
    thanked: bool = False

    @property
    def people(self) -> tuple[Person, ...]:
        """Giver and receivers."""
        return (self.giver, *self.receivers)

    @property
    def text(self) -> str:
        """The exact words a release is bound to."""
        return exact_words(self.title, self.story, self.words)


def must_release(post: Hung) -> frozenset[int]:
    """Every party whose release full publishing needs (P6): giver, receivers, and the customer if there is one.

    Somebody unknown can't be asked and can't be told from anyone, so is not waited for, unless the words are their
    own. A tombstone is: it never releases, so a story leaves the wall when somebody in it is erased.
    """
    asked = {person.party for person in post.people if person.kind != "unknown"}
    if post.thanked:
        asked.add(post.giver.party)
    return frozenset(asked | ({post.behind.party} if post.behind else set()))


def released(post: Hung) -> bool:
    """Whether every party has released exactly these words: a story is published, a kindness may be on a screen."""
    return may_publish(post.text, must_release(post), post.leaves)


class Shows(StrEnum):
    """What of a post everyone in the company may see."""

    STORY = "story"
    WORDS = "words"
    SHAPE = "shape"
    NOTHING = "nothing"


def shows(post: Hung) -> Shows:
    """What of a post may be seen by people who are not in it.

    A story: only when released by all. A colleague's words about colleagues: yes, the writer hung them up, unless
    they name somebody who is off the wall or the customer behind it, or somebody in it was erased. A customer's
    words: when released by all, or when the customer lets the team read them and whom they thank hung them up. A
    colleague's words about a customer: only when released by all; till then it is a shape.
    """
    if post.story and released(post):
        return Shows.STORY
    return shows_plain(replace(post, title="", story="") if post.story else post)


def shows_plain(post: Hung) -> Shows:
    """The same for its own words alone: who released a story released that story, not these."""
    if post.giver.kind == "gone":
        return Shows.NOTHING
    if post.words and released(post):
        return Shows.WORDS
    if post.giver.kind != "member":
        return Shows.WORDS if post.for_team and post.words else Shows.NOTHING
    if not post.words or any(one.outside or one.kind == "gone" for one in post.receivers):
        return Shows.SHAPE
    hidden = [person for person in post.people if person.off]
    if post.behind:
        hidden.append(post.behind)
    return Shows.SHAPE if hidden and mentions(post.words, hidden) else Shows.WORDS


def mentions(words: str, people: Iterable[Person]) -> bool:
    """Whether the words hold a name, or a part of one of three letters or more, that one of `people` goes by."""
    said = {word.casefold() for word in _WORD.findall(words)}
    said |= {word.removesuffix("'s").removesuffix("’s") for word in said}
    for person in people:
        for name in person.names:
            if any(len(part) > 2 and part.casefold() in said for part in _WORD.findall(name)):
                return True
    return False


def seen(person: Person, post: Hung, *, in_it: bool = False) -> Sight:
    """How a reader of the wall sees a party of a post; `in_it`: the reader is a party too."""
    named = may_name(person.party, post.text, post.leaves)
    if not in_it and post.story and released(post) and not named:
        return Sight.CUSTOMER if person.outside else sight(person.kind, in_it=False, off_wall=True)
    return sight(
        person.kind, in_it=in_it, off_wall=person.off, name_released=named and not person.off
    )


def may_look(
    viewer: int,
    *,
    by: int | None,
    likenesses: Mapping[int, bool],
    inside: frozenset[int],
    words_released: bool,
) -> bool:
    """Whether a member may look at the picture beside a kindness (P6). Everybody here is a member's id.

    `by`: who put it there. `likenesses`: each colleague who can be recognised in it, and whether they released it;
    until all of them have, it is for them and `by` alone. `inside`: the members in the kindness. Others look when,
    besides, everyone in it released its exact words (`words_released`): a face wants no less leave than words.
    """
    if viewer == by or viewer in likenesses:
        return True
    if not all(likenesses.values()):
        return False
    return viewer in inside or words_released
