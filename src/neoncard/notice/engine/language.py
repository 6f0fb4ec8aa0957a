"""A cheap check that a text is plainly not English.

Other languages are "not read", never zero (NOTICE.md). The check is meant to be sure
rather than complete: short or mixed texts count as English.
"""

from __future__ import annotations

import re

_ENGLISH_TEXT = """
    the of and to a in is you that it for on with as are was i be this have my your me not but
    at can we what please hello hi hey thanks thank ok okay yes no do does did will would could
    should from by an or if so just there they he she them his her our us am were been being has
    had how when where why who which all any some more most very too also now then here out up
    down about get got go want need like know think see make made let help sorry good great i'm
    i've i'd i'll it's that's don't doesn't didn't can't won't isn't wasn't you're we're they're
    what's there's im ive id dont cant its thats u ur r pls thx order
"""
ENGLISH = frozenset(_ENGLISH_TEXT.split())

_OTHERS_TEXT = """
    que del los las por para con una está estoy gracias hola usted muchas muy pero como mi es el
    la porque cuando quiero tengo señor favor buenos días bien nada más también le les des est
    une pour avec vous je ne pas merci bonjour dans sur qui mais mon ma votre très c'est j'ai
    n'est être suis beaucoup ça der das und ist nicht ich sie mit für ein eine einen danke haben
    auf wir bitte mein meine habe sehr guten vielen dank aber auch wie noch kein keine bei zu
    che di il per non sono grazie ciao buongiorno mio mia della delle ho perché molto questo
    questa não obrigado obrigada você uma meu minha muito está estou isso olá bom dia por favor
    het een van ik niet je dat maar voor heb bedankt dank goed jullie wij naar nie się jest
    dziękuję proszę mam mój bardzo ale czy dzień dobry och är inte jag tack det att för ett har
    mitt hej på som med og ikke til tak takk er mye mange teşekkürler teşekkür için bir çok ve
    ama saya tidak terima kasih dengan untuk ini itu
"""

_WEAK_TEXT = """
    es la el le mi ma di per non con del les zu ho bien nada har med er til ale des ne ini bei
    mange bom
"""
WEAK = frozenset(_WEAK_TEXT.split())
OTHERS = frozenset(_OTHERS_TEXT.split()) - WEAK

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_FAR = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")
_LETTER = re.compile(r"[^\W\d_]")
SAMPLE = 2000
FAR_FROM = 0x24F


def may_be_english(lang: str) -> bool:
    """Whether a language tag means English ("en", "en-GB", "EN_us", "eng") or says nothing."""
    tag = lang.strip().lower().replace("_", "-")
    return tag in ("", "en", "eng", "english", "und", "unknown", "auto") or tag.startswith("en-")


def plainly_other(low: str) -> bool:
    """Whether a folded text is plainly written in another language than English."""
    if len(low) > SAMPLE:
        low = low[:SAMPLE]
    if low.isascii():
        quick = set(low.split(" "))
        if not quick.isdisjoint(ENGLISH) and quick.isdisjoint(OTHERS):
            return False
        far = False
    else:
        letters = len(_LETTER.findall(low))
        far = letters > 0 and 2 * len(_FAR.findall(low)) > letters
    if far:
        return True
    words = _WORD.findall(low)
    if not words:
        return False
    english = sum(word in ENGLISH for word in words)
    strong = sum(word in OTHERS for word in words)
    other = strong + (sum(word in WEAK for word in words) if strong or len(words) > 4 else 0)
    if other > english:
        return other >= 2 or (strong >= 1 and len(words) <= 3)
    if english:
        return False
    return len(words) >= (8 if low.isascii() else 5)
