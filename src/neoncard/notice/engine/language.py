"""Which language a text is in: English, German, Spanish, or one that is not read.

Other languages are "not read", never zero (NOTICE.md). The check is sure rather than complete: short or mixed texts
count as English, and German or Spanish is only what has more words of its own than of any other. What a helpdesk says
of the language (`of_tag`) comes first and the words (`of_words`) second: `spoken` puts them together. All of them give
a number: a place in LANGUAGES, or UNREAD.
"""

from __future__ import annotations

import re
from typing import Final

LANGUAGES: Final = ("en", "de", "es")
"""The languages that are read. English is also what a short text is taken for."""
ENGLISH_IS, GERMAN_IS, SPANISH_IS = range(3)
UNREAD: Final = 3
"""Another language."""
UNKNOWN: Final = 4
"""Of words alone: not English, and nothing says which."""

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

_GERMAN_TEXT = """
    der das und ist nicht ich sie mit für ein eine einen einem einer eines haben auf wir bitte mein meine meinen meinem
    meiner habe sehr guten vielen vielem danke aber auch noch kein keine keinen keiner bei dass daß mich mir ihnen ihr
    ihre ihren ihrem ihrer uns unser unsere unseren unserem euch euer eure dir dich dein deine deinen deiner wurde wird
    werden werde wenn weil oder schon immer wieder jetzt heute gestern gerne leider schnelle schnell schnellen schneller
    endlich niemand nichts warum warten warte gewartet seit nach beim vom zum zur über ueber fuer können koennen könnt
    koennt kann mehr viel viele diese dieser dieses diesen doch sind waren hatte hätte haette würde wuerde wäre waere
    möchte moechte muss muß müssen muessen sich ihn ihm besten herzlichen herzlich herzliche tausend schönen schoenen
    schönes schoenes liebe lieber grüße gruesse grüezi vielmals vielmal entschuldigung entschuldigen verzeihung tut
    leid geht gemacht geholfen helfen hilfe freundlich freundliche freundlichen verstehe wünsche wuensche geduld
    rückmeldung nachricht anfrage bestellung rechnung kundendienst kundenservice vertrag kündige kuendige kündigen
    kuendigen unverschämt unverschaemt unverschämtheit frechheit katastrophe arschloch arschlöcher scheiße scheisse
    scheiß scheiss verdammt verdammte idioten dumm keinerlei bin war hat alles gar ganz nochmal trotzdem etwas einfach
    richtig wirklich wunderbar schön schoen gelöst geloest gefreut freut freue freuen kümmere kuemmere kümmern morgen
    gern geschehen willkommen dienst mitarbeiter mitarbeiterin kollegin kollege kollegen sofort gleich umgehend zeit
    selbstverständlich selbstverstaendlich natürlich natuerlich empfehlen empfehle weiterempfehlen weiter du dank
"""
_SPANISH_TEXT = """
    los las el gracias hola usted ustedes muchas muchísimas muchisimas mucho muchos muy pero cuando quiero tengo señor
    señora señorita buenos buenas buen días más también estoy estaba están estamos bien eso esto aquí ahora siempre
    hasta ayuda ayudar ayudarle ayudarte ayudado atención atencion servicio cuenta dinero tienda nadie bueno buena mejor
    peor fue fueron eres puede puedo puedes pueden podemos hacer hace hecho tiene tienen tienes tenemos otro otra después
    hoy ayer mañana ningún ninguna respuesta espera esperar esperando llevo llevamos qué cómo dónde cuándo mierda joder
    gilipollas cabrón cabron pendejo pendejos estafa vergüenza verguenza disculpe disculpa disculpen disculpas perdone
    perdón lamento lamentamos siento sentimos bienvenido bienvenida estimado estimada estimados encantado encantada
    entiendo comprendo preocupe preocupes tranquilo tranquila paciencia tómese tomate tómate agradezco agradecemos
    agradecido agradecida saludos feliz linda lindo excelente amable amabilidad rápida rápido problema solución
    solucionar solucionado resolver resuelto pedido nuestro nuestra vuestro vuestra sus han hemos había habían sido ser
    usar nunca jamás nada ni porque aunque entonces solo sólo desde todavía aún recomiendo recomendaré recomendar
    volveré volver comprar compra empresa compañía inútil inútiles idiota imbécil estúpido estúpida gracia puta
    grax grasias graciasss buen llegó llegar razón razon prisa línea tengas tenga tengan tiempo veo necesito necesita
    calle luz quién nuestras ustedes suya suyo pase disculpan molesto molesta enviar envío correo llamada llamar llame
    aquí ahí allí así además espere esperen dígame permítame reviso aviso listo gusto encargo
"""
_STRANGE_TEXT = """
    une pour avec vous je ne pas bonjour dans qui mais mon votre très c'est j'ai n'est être suis beaucoup ça il
    sono grazie ciao buongiorno della delle perché molto questo não obrigado obrigada você uma meu minha muito
    isso olá bom dia het een ik niet je dat maar voor heb bedankt goed jullie wij naar się jest dziękuję proszę mam
    mój bardzo czy dzień dobry och är inte jag tack det att för ett mitt hej på som og ikke takk mye teşekkürler
    teşekkür için bir çok ve ama saya tidak terima kasih dengan untuk ini itu gràcies molt amb això però meva
    também são pelo pela estou foi tenho quero quando não meus minhas vocês deste desta nous notre pouvez était leur ils
    elle um do em ao é nas seu sua seus suas mais muita ainda já aqui então preciso bem fazer
    il gli è sei siete ho hai abbiamo hanno nel nella alla dei degli vostro nostro ancora bene quello essere fatto
    vergogna et au aux ce cette ces des vos suis avez avons sont pourquoi toujours rien depuis encore
    els gràcies és vull tinc està seva teva aquest aquesta quan molta fer bon
    hartelijk jij hebben mijn deze geen wel onze zijn wordt jeg tusind mange bra mycket questa gli anche più
    quanto stato sempre tutto beste
"""
_SHARED_TEXT = """
    que por para con como del de la el lo su se en un una es mi favor está te al cliente culpa todo nada esta este
"""
GERMAN = frozenset(_GERMAN_TEXT.split())
SPANISH = frozenset(_SPANISH_TEXT.split())
STRANGE = frozenset(_STRANGE_TEXT.split())
SHARED = frozenset(_SHARED_TEXT.split())
"""Words that say which: of German, of Spanish, of languages that are not read, and of Spanish among others."""
SIGNS = "¿¡"
"""Signs that only Spanish has."""

_WEAK_TEXT = """
    es la el le mi ma di per non con del les zu ho bien nada har med er til ale des ne ini bei
    mange bom
"""
_ALSO_ENGLISH_TEXT = """
    hat bin war ni solo nada linda han dir hasta tut bueno sus du dank bei ser kann
"""
WEAK = frozenset(_WEAK_TEXT.split())
OTHERS = (
    (frozenset(_OTHERS_TEXT.split()) | GERMAN | SPANISH)
    - WEAK
    - (frozenset(_ALSO_ENGLISH_TEXT.split()) - frozenset(_OTHERS_TEXT.split()))
)
"""Words that no English text holds: of German and Spanish those that are no English words."""

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_FAR = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")
_LETTER = re.compile(r"[^\W\d_]")
SAMPLE = 2000
FAR_FROM = 0x24F

_TAGS = {
    tag: number
    for number, tags in enumerate(
        (
            ("", "en", "eng", "english", "und", "unknown", "auto"),
            ("de", "deu", "ger", "german", "deutsch"),
            ("es", "spa", "spanish", "español", "espanol", "castellano"),
        )
    )
    for tag in tags
}


def of_tag(lang: str) -> int:
    """What a language tag means: English ("en", "en-GB", "EN_us", "eng"; also one that says nothing), German
    ("de", "de-AT"), Spanish ("es", "es-419") or UNREAD."""
    tag = lang.strip().lower().replace("_", "-")
    first, dash, _ = tag.partition("-")
    return _TAGS.get(first if dash and first in LANGUAGES else tag, UNREAD)


def spoken(tag: int, words: int) -> int:
    """The language of a message by its tag and its words.

    A tag for German or Spanish holds unless the words are plainly of yet another language; without one, or with one
    for English, which many helpdesks put on everything, the words decide.
    """
    if tag == ENGLISH_IS:
        return min(words, UNREAD)
    return tag if words in (ENGLISH_IS, tag, UNKNOWN) else UNREAD


def of_words(low: str) -> int:
    """What a folded text's words say: a place in LANGUAGES, UNREAD or UNKNOWN."""
    if len(low) > SAMPLE:
        low = low[:SAMPLE]
    if low.isascii():
        quick = set(low.split(" "))
        if not quick.isdisjoint(ENGLISH) and quick.isdisjoint(OTHERS):
            return ENGLISH_IS
    else:
        letters = len(_LETTER.findall(low))
        if letters > 0 and 2 * len(_FAR.findall(low)) > letters:
            return UNREAD
    words = _WORD.findall(low)
    signs = sum(map(low.count, SIGNS))
    return _whose(words, signs) if _plainly_other(words, signs, low.isascii()) else ENGLISH_IS


def _plainly_other(words: list[str], signs: int, pure: bool) -> bool:
    """Whether words are plainly not English; `pure` when all of the text is ASCII."""
    if not words:
        return False
    english = sum(word in ENGLISH for word in words)
    strong = signs + sum(word in OTHERS for word in words)
    other = strong + (sum(word in WEAK for word in words) if strong or len(words) > 4 else 0)
    if other > english:
        return other >= 2 or (strong >= 1 and len(words) <= 3)
    if english:
        return False
    return len(words) >= (8 if pure else 5)


def _whose(words: list[str], signs: int) -> int:
    """The language that has most of these words for its own."""
    german, spanish, strange, shared = (
        sum(word in some for word in words) for some in (GERMAN, SPANISH, STRANGE, SHARED)
    )
    spanish += signs
    if german > max(spanish, strange):
        return GERMAN_IS
    if spanish > max(german, strange) or (german == strange == 0 and spanish + shared >= 2):
        return SPANISH_IS
    return UNREAD if strange > max(german, spanish) else UNKNOWN
