"""Guards: what is asked of a hit before it becomes a mark. They run on hits only.

A guard takes the view of a message and the hit's span in folded text, and answers whether
the hit may stand.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import cached_property

from .fold import fold, sentence_ends

_NEAR = 48
_FAR = 300


class View:
    """One message as the guards see it; everything costly is worked out once, when asked."""

    def __init__(self, text: str, prev: str = "") -> None:
        self.text = text
        self.folded = fold(text)
        self.low = self.folded.low
        self.prev = prev

    @cached_property
    def ends(self) -> list[int]:
        """Where each sentence ends."""
        return sentence_ends(self.low)

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """Spans of another's words: "quotes" inside a longer text, quoted mail."""
        if '"' not in self.low and ">" not in self.low and "wrote:" not in self.low and (
            "original message" not in self.low
        ):  # fmt: skip
            return []
        whole = self.low.strip()
        begin, end = 0, len(self.low)
        if len(whole) > 1 and whole[0] == whole[-1] == '"':
            begin, end = self.low.index('"') + 1, self.low.rindex('"')
        return [found.span() for found in _QUOTED.finditer(self.low, begin, end)]

    @cached_property
    def grievance(self) -> bool:
        """Whether the message, taken whole, says that something went badly wrong."""
        return _GRIEVANCE.search(self.low) is not None

    def sentence(self, start: int) -> tuple[int, int]:
        """Start and end of the sentence around a position."""
        index = bisect_right(self.ends, start)
        begin = self.ends[index - 1] if index else 0
        end = self.ends[index] if index < len(self.ends) else len(self.low)
        return begin, end

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The sentence of a hit, or what of it is near, so that long ones cost no more."""
        begin, last = self.sentence(start)
        return max(begin, start - _FAR), min(max(last, end), end + _FAR)

    def before(self, start: int) -> str:
        """The words of the same sentence before a position, no more than needed."""
        begin, _ = self.sentence(start)
        return self.low[max(begin, start - 160) : start]

    def after(self, end: int, start: int) -> str:
        """The words of the same sentence after a hit."""
        _, last = self.sentence(start)
        return self.low[end : min(max(last, end), end + 160)]


Guard = Callable[[View, int, int], bool]

_QUOTED = re.compile(
    r'"[^"\n]{1,600}"'
    r"|(?:^|(?<=\n)) ?>[^\n]*"
    r"|-{3,} ?original message[\s\S]*"
    r"|(?:^|(?<=\n))on [^\n]{5,120} wrote:[\s\S]*"
    r"|(?:(?<=[\s(])|^)'(?=\w)[^'\n]{2,200}[^\s']'(?=[\s.,;:!?)]|$)"
)

_NEGATION = re.compile(
    r"(?:\b(?:not|never|no|without|hardly|barely|cannot|nobody|neither|nor|dont|didnt|isnt|wasnt"
    r"|doesnt|cant|wont|wouldnt|aint)\b|n't\b)"
    r"(?! (?:only|just|problem|worries|doubt|wonder|idea)\b)"
    r"(?:[ -][\w']+){0,4} ?$"
)
_AGREES = re.compile(r"^ ?(?:(?:yeah|yes|oh|ah|well|honestly|and) )*no,? (?=(?:he|she|they|you|it|i|that|we|the|your)\b|$)")
_REPORTED = re.compile(
    r"\b(?:he|she|they|we|you|who|guy|lady|man|woman|agent|colleague|rep|manager|boss|friend|wife"
    r"|husband|mother|mom|mum|dad|neighbou?r|people|everyone|everybody|person|driver|email|message"
    r"|letter|sign|website|page|bot|recording|voice|customer|client|team|support|i)"
    r"(?: (?:just|only|even|also|already|always|then|actually|keeps?|kept|had|has|have|was|were"
    r"|could|would|didn't|did|never))*"
    r" (?:says?|said|saying|tells?|told|telling|wrote|writes|replied|answered|shouted|yelled"
    r"|called|calling|calls|claims?|claimed|promised)"
    r"(?: (?:me|us|him|her|them|you|that|it|the|customer|his|their|my))* ?[,:]? ?$"
)
_SAY = re.compile(
    r"\b(?:to say|say|saying|says|said|hear|heard|an?|the word|the words|write|type|typing|called"
    r"|means|mean by|press|click|button|option|template|macro|field|label|subject line)"
    r":? ?$"
)
_HYPOTHETICAL = re.compile(
    r"\b(?:if|unless|whether|could have|could've|should have|should've|would have|would've"
    r"|would be|might be|supposed to be|wish|expected?|expecting|hoping for|was hoping)"
    r"(?: [\w']+){0,6} ?,? ?$"
)
_SARCASM_BEFORE = re.compile(
    r"\b(?:yeah,? right|oh joy|gee|slow clap|another|yet another|so much for(?: your| the)?"
    r"|some|your so-called|so-called|if that's what you call|you call (?:this|that))\b[\s,.!-]*$"
)
_IRONIC = re.compile(
    r"\b(?:oh,? |well,? |just |that's )?(?:wow|great|brilliant|fantastic|wonderful|lovely|perfect"
    r"|nice|super|congrats|congratulations|bravo)\b[\s,.!-]*$"
)
_SOUR = re.compile(
    r"n't\b|\b(?:not|nothing|never|still|another|again|no (?:reply|help|refund|answer)|wrong"
    r"|delay(?:s|ed)?|broken|worse|lost|late|cancell?ed|useless|hours|failed|nobody)\b"
)
_SARCASM_AFTER = re.compile(
    r"^[\s,.!-]*(?:for nothing|for all the nothing|\.\.\. ?not\b|- ?not\b|not!|/s\b|eh\?|huh\b"
    r"|i guess|i suppose|my (?:ass|arse|foot)|yeah right|as if\b|as usual|as always,? (?:late|wrong)"
    r"|\(not\)|🙄|🙃|#fail|#not)"
)
_SARCASM_MESSAGE = re.compile(
    r"🙄|🙃|\byeah,? right\b|\bslow clap\b|\bnot!+|(?:^|\s)/s\b|#fail\b|#sarcasm|thanks for nothing"
    r"|\bnot\b[.! ]*$"
)

_NOT_AIMED = re.compile(
    r"(?:\bnot (?:saying|calling|that)|\b(?:don't|do not|didn't|never) (?:think|mean|say|call)"
    r"|\b(?:called|calls|calling) (?:me|us|him|her|them)|\bmakes? me feel like|\bfeel like)"
    r"(?: [\w']+){0,3} ?$"
)
_EXCUSED = re.compile(
    r"\b(?:sorry|apolog(?:y|ies|i[sz]e)|my (?:mistake|bad)|wait|one moment|a moment|a minute|hold on"
    r"|bear with|delay|slow|inconvenience|patience)\b"
)
_AT_YOU = re.compile(
    r"\b(?:fuck|f+u+c+k+|fck|f\*+k?|screw|damn|piss|sod|bugger) (?:you|u|off|yourself|yourselves|urself)\b(?! over)"
    r"|\byou(?:'re| are|r)? (?:[a-z]+ ){0,4}(?:assholes?|arseholes?"
    r"|bitch(?:es)?|bastards?|wankers?|dickheads?|pricks?|cunts?|twats?|fuckers?|motherfuckers?"
    r"|fuckwits?|shitheads?|pieces? of shit|shit)\b|\beat shit\b"
)
_LEGEND = re.compile(
    r"\b(?:legends?|stars?|hero(?:es)?|amazing|awesome|brilliant|fantastic|great|genius|best"
    r"|life ?saver|angel|wonderful|thank|thanks|cheers|love|perfect|good)\b"
)
_SETTLED = re.compile(
    r"\b(?:but (?:you|she|he|they|it|that|now|it's|[a-z]+) (?:(?:was|were|is|are|has|have|all|now"
    r"|really|quickly|soon) )*(?:sorted|fixed|solved|resolved|made (?:it|everything) (?:right|better)"
    r"|kind|helpful|lovely|great|works?(?: now)?|all good|turned (?:it|things) around|saved)"
    r"|but (?:(?:the|your|that|this) )?[a-z]+ (?:(?:really|actually|finally|at least|still) )+(?:did"
    r"|does|do|was|were|is|are|came|come|helped|tried|listened|got|made)"
    r"|(?:is|it's|has been|was) (?:all )?(?:sorted|fixed|resolved|working) now)\b"
)
_OF_SELF = re.compile(
    r"\b(?:my (?:english|spelling|typing|memory|eyesight|handwriting|fault|mistake|bad|cooking"
    r"|own)|i'm (?:terrible|awful|useless|rubbish|bad|horrible) (?:at|with))\b"
)
_DENIED = re.compile(
    r"\b(?:not going to|not gonna|won't|never|wouldn't|would never|don't want to|not (?:here|trying)"
    r" to|did not|didn't) (?:[a-z]+ ){0,3}(?:kill|hurt|harm|hit|punch|slap|shoot|stab|find|attack)"
)
_GRIEVANCE = re.compile(
    r"\b(?:worst|unacceptable|disgusting|disgrace(?:ful)?|appalling|atrocious|ridiculous|pathetic"
    r"|shameful|horrible|horrendous|terrible|awful|shambles|joke of a|useless|incompetent"
    r"|never (?:again|fly|use|buy|book|order|shop)ing?|rip-?off|scam|ruined|lost my|losing my"
    r"|lost our|(?:still|been) (?:waiting|on hold|no (?:reply|answer|response|refund))"
    r"|wait(?:ed|ing) (?:for )?(?:over |more than |almost |nearly )?(?:\d+|two|three|four|five|six)"
    r" (?:hours?|hrs?|days|weeks|months)|on hold for|hung up on|nobody (?:answers|replies|helps)"
    r"|no one (?:answers|replies|helps|cares)|cancell?ed (?:my|our) (?:flight|order|booking|trip)"
    r"|third time|fourth time|fifth time|yet again|wasted?|wasting|broken again|down again"
    r"|late again|delayed again|another delay|third delay|more delays)\b"
)

_IN_PASSING = re.compile(
    r"\b(?:at my (?:desk|house|mum's|office)|in (?:an?|one|two|five|ten|\d+) (?:minutes?|mins?|hours?|hrs?|sec(?:ond)?s?)"
    r"|in a (?:min(?:ute)?|sec(?:ond)?|bit|moment|while)|on the (?:line|phone)|the rest of my"
    r"|to (?:collect|pick up|get|fetch|return|exchange|sort|finish|check|pay|sign|see if)\b"
    r"|(?:home|tomorrow|tonight|later|online)\b|(?:at|by|after|before) (?:\d|two|three|four|five|six|noon|lunch|work)"
    r"|automatic(?:ally)?|(?:your|the) (?:competitors?|competition|rivals?)|another (?:bank|company|shop))"
)
_ANOTHERS = re.compile(
    r"\b(?:(?:my|his|her|their|our|the|a|your) (?:[a-z]+ )?(?:neighbou?r|sister|brother|mother|mum|mom|dad"
    r"|father|friend|boss|colleague|cousin|aunt|uncle|husband|wife|son|daughter|flatmate|roommate"
    r"|customer|client|guest|passenger)s?|he|she|they|someone|somebody|people|who|some (?:people|customers))"
    r"(?:'s| is| are| was| were| has| have| had| will|'ll)?(?: [a-z']+){0,3} ?$"
)

_GRUDGING = re.compile(
    r"\b(?:at least (?:he|she|they|you|it|the)|i suppose|i guess|supposedly|allegedly|so-called|nearly laughed"
    r"|(?:made|makes|making) me laugh|have to laugh|the irony|all (?:i|we) (?:ask|want|need|expect)|is it too much"
    r"|if you (?:like|enjoy|love|want to|fancy|are into)|(?:web ?site|ad|advert|brochure|slogan|banner|poster|homepage"
    r"|leaflet|flyer|recording|voice|message|e?-?mail|letter|bot)s? (?:says?|said|claims?|promised?|promises|keeps?|reads?)"
    r"|(?:you|your [a-z]+) (?:promised?|promises|advertised?|claimed?|boast)|(?:last|other|previous|old|former|next)"
    r" (?:airline|bank|hotel|company|provider|agent|shop|one|place|guy|lady|person)|unlike you"
    r"|but (?:nothing|nobody|no one|no help|in the end nothing|you (?:are|were|'re) not|not (?:you|very|at all)"
    r"|(?:that|it|this|which) (?:doesn't|didn't|does not|isn't|won't)|still (?:no|not|nothing|waiting|broken)"
    r"|(?:i'm|i am|we're) still|the (?:problem|issue) (?:is|remains))|i hate it|very little|is still (?:in|lost|missing|not)"
    r"|(?:my|our) [a-z]+ (?:is|are) (?:still|now) (?:in|at|lost|missing|broken|gone|not)|lost my [a-z]+ twice)\b"
)

_SOURED = re.compile(
    r"\b(?:los(?:t|ing) (?:my|our)|(?:to|at) the wrong|wrong (?:house|address|person|size|order|item|city|room|date)"
    r"|(?:hours?|days|weeks|months) (?:late|and (?:no|still|not)|on hold|of (?:waiting|silence|hold))"
    r"|no (?:answer|reply|refund|response|show)|hung up|ignor(?:ed|ing)|charged? (?:me |us )?(?:twice|double)"
    r"|not (?:one|a single)|only took|(?:nobody|no one) (?:picked|came|answered|called|showed|replied)"
    r"|never (?:came|arrived|called|answered|showed|replied)|for (?:ruining|wasting|losing|breaking))\b"
)
_MENDED = re.compile(
    r"\b(?:sorted|fixed|solved|resolved|found (?:it|my|our)|helped|got (?:it|my|our|me)|refunded|replaced|rebooked"
    r"|saved|after (?:all|i|my|the)|thank|when (?:i|my|we|the)|even though|despite|finally)\b"
)
_TURNED = re.compile(
    r"\b(?:anything but|far from|none of (?:you|your|them|the)|nowhere near|not exactly|less than|can't say|cannot say"
    r"|couldn't say|no ?one|nobody|never had|aren't you|isn't (?:he|she|that)|hardly|had (?:you|he|she|they|it)"
    r"|(?:you|he|she|they|it|who|that|could|might|would)(?:'d| would| could| might) (?:be|have (?:been|given))"
    r"|i(?:'d| would) have|wish (?!to)|hope|who(?:'s| is) (?:the|a)|need(?:s)? (?:a |some )?(?:better|more|good)"
    r"|(?:don't|do not|didn't|doesn't|never) (?:think|believe|feel|find|call|consider))\b[^,.;!?]{0,60}$"
)

_CALLING = re.compile(
    r"\b(?:call(?:ing|ed|s)?|label(?:l?ing|l?ed|s)?|names? like|words? like|terms? like|branded|shout(?:ing|ed)?|yell(?:ing|ed)?"
    r"|scream(?:ing|ed)?|say(?:ing|s)?|said|treat(?:ing|ed)?|insult(?:ing|ed)?|mock(?:ing|ed)?)"
    r"(?: (?!me back|yourself|yourselves|urself)[\w']+){1,3}? (?:an? |as |like |as if (?:he|she|they|i)(?:'s| is| are|'re|'m| am) )*"
    r"(?:[\w-]+ )?[\w-]+$"
)
_ABUSE_NAMED = re.compile(
    r"\b(?:call(?:ing|ed|s)?|say(?:ing|s)?|names?|name-calling|insult(?:s|ed|ing)?|slurs?|words?|language|shout(?:ing|ed|s)?"
    r"|swear(?:ing|s)?|swore|racis[mt]|sexis[mt]|bull(?:y|ying|ies)|abus(?:e|ed|ive)|tell(?:ing|s)?|told|speak(?:ing)?"
    r"|spoke|talk(?:ing|ed)?|treat(?:ing|ed|s)?|hate|offen(?:ded|sive|ds?)|mock(?:ing|ed)?|laugh(?:ing|ed)? at)\b"
)
_AGAINST_ABUSE = re.compile(
    r"\b(?:not (?:ok|okay|acceptable|funny|nice|right|cool|fair|true|a nice|kind|on)|isn't (?:ok|okay|acceptable|funny|nice|right|cool|fair"
    r"|kind|on)|(?:don't|do not|stop|quit|never|shouldn't|should not|mustn't|can't|nobody should|no ?one should|nobody deserves"
    r"|no ?one deserves|how dare|who are (?:you|they) to|please don't|you can't|why (?:would|do|did) (?:you|he|she|they|anyone|people))"
    r" (?:ever |just |go around |let (?:him|her|them|anyone) |to be |be )*(?:call|say|speak|talk|shout|swear|insult|treat|laugh|mock|use|tell|hear|joke)"
    r"|deserves? (?:better|respect|to be)|offensive|hurtful|disrespectful|uncalled for|out of line|unfair to|cruel to|mean to|racist|sexist"
    r"|(?:i|he|she|they|we)(?:'m| am|'s| is|'re| are) (?:not|n't|no)|isn't (?:stupid|dumb|lazy|useless)|apologi[sz]e (?:to|for)|report(?:ed|ing)?"
    r"|stand(?:ing)? up for|that word|that kind of (?:talk|language)|i won't have|leave (?:him|her|them|the poor) alone)\b"
)

_HARMLESS = re.compile(
    r"\b(?:game|games|gaming|level \d+|films?|movies?|series|episode|novel|books?|song|lyrics|character|the play|netflix|minecraft"
    r"|fortnite|xbox|playstation|zombies?|luggage|hand baggage|checked bag|carry-?on|toolbox|kit come|knife set|gun (?:safe|licen[cs]e|shop)"
    r"|bath bombs?|hammer and|to the (?:punch|price)|beat (?:you|u) to|beat (?:the|that|any|your) (?:price|offer|quote|deal)"
    r"|losing (?:me|my|us|our|a|this)|lose (?:me|my|us|our) (?:as|business|custom)|my (?:business|custom) elsewhere|a (?:bad|one[- ]star|negative) review"
    r"|lawyers?|solicitor|small claims|ombudsman|trading standards|consumer court|in court|to court"
    r"|(?:he|she|they|someone|somebody|a (?:man|customer|guy|stranger)|my (?:ex|neighbou?r)) (?:said|says|told|threatened|keeps|wrote|shouted|has been)"
    r"|(?:husband|wife|boss|mum|mom|mother|dad|girlfriend|boyfriend|kids|daughter|boyfriend) (?:will|is going to|would|'ll|gonna) (?:kill|murder) me"
    r"|of (?:laughter|boredom|hunger|embarrassment|thirst)|(?:lol|haha|just kidding|joking)|with (?:my|the) (?:papers|passport|receipt|id|documents|form))\b"
)
_FRIENDLY = re.compile(
    r" ?(?:at the (?:desk|counter|gate|entrance|reception|till|bar|station|airport)|on (?:the map|linkedin|facebook|instagram|google|time|your website)"
    r"|for (?:the|a|my) (?:taxi|bus|parcel|driver|courier|delivery|lift|coffee|cab|train)|an? (?:offer|deal|better|good|nice|copy|link|coffee|seat|photo|picture|cake)"
    r"|the (?:photo|form|link|details|receipt|number|way|email|picture|one|ticket)|to it\b|in the (?:queue|lobby|app|store|shop|list|game|directory)"
    r"|my (?:number|details|receipt|card|order)|some (?:flowers|cake|chocolates|photos)|and (?:say|tell you) (?:thanks|thank|hi|hello)"
    r"|is,? see you|through the|very (?:well|easily)|easily)"
)

_MILD = re.compile(r"\b(?:good enough|fair|right|acceptable|professional)$")

_EASING = re.compile(
    r"\b(?:take your time|no (?:rush|hurry|stress|pressure)|when(?:ever)? you|(?:can|happy to|don't mind) wait|don't (?:worry|stress"
    r"|rush|apologi[sz]e|be sorry|feel bad|beat)|honestly|these things|mistakes|happens to|we all|nobody's perfect|only human"
    r"|no need to|forgiven|apology accepted|no harm|not your fault|your best|no hard feelings|no offen[cs]e|easily done|easy mistake)\b"
)


def quotation(view: View, start: int, end: int) -> bool:
    """Not inside another's words."""
    index = bisect_right(view.quoted, (start, len(view.low) + 1)) - 1
    return index < 0 or not (view.quoted[index][0] <= start and end <= view.quoted[index][1])


def negation(view: View, start: int, end: int) -> bool:
    """Not denied a few words before: "I am not happy with"."""
    clause = _AGREES.sub("", _last_clause(view.before(start)))
    return _NEGATION.search(clause) is None


def negation_but_enough(view: View, start: int, end: int) -> bool:
    """As `negation`, but "can't thank you enough" is more thanks, not less."""
    return "enough" in view.low[start:end] or negation(view, start, end)


def reported(view: View, start: int, end: int) -> bool:
    """Not told of someone: "he said thank you and hung up"."""
    before = view.before(start)[-_NEAR:]
    return _REPORTED.search(before) is None


def mentioned(view: View, start: int, end: int) -> bool:
    """Said, not spoken about: "the word sorry", "not even a thank you"."""
    return _SAY.search(view.before(start)[-_NEAR:]) is None


def hypothetical(view: View, start: int, end: int) -> bool:
    """Not what might have been: "if you were helpful", "would have been great"."""
    return _HYPOTHETICAL.search(_last_clause(view.before(start))) is None


def sarcasm(view: View, start: int, end: int) -> bool:
    """Not turned round by the words beside it: "oh great, thanks a lot for nothing"."""
    before = view.before(start)
    return not (
        _SARCASM_BEFORE.search(before)
        or (_IRONIC.search(before) and _SOUR.search(view.after(end, start)))
        or _SARCASM_AFTER.search(view.after(end, start))
        or _SARCASM_MESSAGE.search(view.low, max(0, start - 200), min(len(view.low), end + 200))
    )


def insult_aim(view: View, start: int, end: int) -> bool:
    """Aimed at the agent: not denied, not told, not spoken against ("don't call her stupid")."""
    first, last = view.around(start, end)
    return (
        _NOT_AIMED.search(view.before(start)[-_NEAR:]) is None
        and _CALLING.search(view.low[max(first, start - _NEAR) : end]) is None
        and not (_ABUSE_NAMED.search(view.low) and _AGAINST_ABUSE.search(view.low, first, last))
    )


def profanity_aim(view: View, start: int, end: int) -> bool:
    """Not at the agent: that is an insult."""
    around = view.low[max(0, start - 30) : end + 30]
    return _AT_YOU.search(around) is None or (
        _LEGEND.search(view.low, max(0, start - _FAR), end + _FAR) is not None
    )


def positive_only(view: View, start: int, end: int) -> bool:
    """Not a bad word used as praise: "that was insanely, terribly good"."""
    return _LEGEND.search(view.low[start : end + 30]) is None


def complaint_own(view: View, start: int, end: int) -> bool:
    """The customer's own grievance, not what a sorted matter used to be."""
    return _SETTLED.search(view.low[end : end + 120]) is None and not _OF_SELF.search(
        view.low[max(0, start - 60) : end]
    )


def threat_aim(view: View, start: int, end: int) -> bool:
    """Not told of another, not denied, not a joke said to be one."""
    before = view.before(start)
    return not (
        _REPORTED.search(before[-_NEAR:])
        or _DENIED.search(before + view.low[start:end])
        or _HARMLESS.search(view.low, max(0, start - 60), end + 60)
        or _FRIENDLY.match(view.low, end)
        or view.low[end:].lstrip(" \"')").startswith("?")
    )


def lasting(view: View, start: int, end: int) -> bool:
    """The customer's own coming back for good: no errand, nobody else's."""
    before = view.before(start)
    return not (
        _IN_PASSING.search(view.low[start : end + 40])
        or _ANOTHERS.search(before[-_NEAR:])
        or before.rstrip().endswith(("competitor is", "competitors are"))
    )


def others(view: View, start: int, end: int) -> bool:
    """The speaker's own, not told of somebody else: "my neighbour is cancelling hers"."""
    return _ANOTHERS.search(view.before(start)[-_NEAR:]) is None


def complaint_positive(view: View, start: int, end: int) -> bool:
    """A word like "right", "fair" or "acceptable" complains only when it is denied."""
    return _MILD.search(view.low[start:end]) is None or (
        re.search(r"(?:\b(?:not|ain't|never|hardly)\b|n't\b)", view.low[start:end]) is not None
    )


def sincere(view: View, start: int, end: int) -> bool:
    """Not grudging, mocking, an advert's words or a foil for what follows."""
    first, last = max(0, start - 120), min(len(view.low), end + 120)
    return _GRUDGING.search(view.low, first, last) is None and not (
        _SOURED.search(view.low, start, last) and not _MENDED.search(view.low, first, last)
    )


def affirmed(view: View, start: int, end: int) -> bool:
    """Not turned round before it is said: "anything but helpful", "none of you were kind"."""
    return _TURNED.search(view.before(start) + view.low[start:end]) is None


def answers_apology(view: View, start: int, end: int) -> bool:
    """Said in answer to an apology or to being asked to wait."""
    return _EXCUSED.search(view.prev.lower()) is not None


def eases(view: View, start: int, end: int) -> bool:
    """ "No problem" is kind in answer to an apology or beside other easing words, else it books a table."""
    return answers_apology(view, start, end) or _EASING.search(view.low) is not None


def content(view: View, start: int, end: int) -> bool:
    """Not in a message that says something went badly wrong."""
    return not view.grievance


def statement(view: View, start: int, end: int) -> bool:
    """Not part of a question."""
    _, last = view.sentence(start)
    return not view.low[end:last].rstrip(" \"')\n").endswith("?")


def _last_clause(before: str) -> str:
    cut = max(before.rfind(mark) for mark in (", ", "; ", ": ", " but ", " - ", " and ", "("))
    return before[cut + 1 :] if cut >= 0 else before


GUARDS: Mapping[str, Guard] = {
    "quotation": quotation,
    "negation": negation,
    "negation_but_enough": negation_but_enough,
    "reported": reported,
    "mentioned": mentioned,
    "hypothetical": hypothetical,
    "sarcasm": sarcasm,
    "profanity_aim": profanity_aim,
    "positive_only": positive_only,
    "complaint_own": complaint_own,
    "threat_aim": threat_aim,
    "insult_aim": insult_aim,
    "lasting": lasting,
    "complaint_positive": complaint_positive,
    "sincere": sincere,
    "affirmed": affirmed,
    "others": others,
    "answers_apology": answers_apology,
    "eases": eases,
    "content": content,
    "statement": statement,
}
