"""German and Spanish are whole on every customer page, and what is compiled is what is written."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

import neoncard

SOURCE = Path(neoncard.__file__).parent
TEMPLATES = SOURCE / "web" / "templates"
FOR_THE_TEAM = {
    "card.html", "feedback.html", "held.html", "kit.html", "my_page.html", "my_thanks.html",
    "pager.html", "read_this.html", "was_read.html",
}  # fmt: skip
PAGES = [
    *(path for path in (TEMPLATES / "thank").glob("*.html") if path.name not in FOR_THE_TEAM),
    TEMPLATES / "customer_base.html",
    TEMPLATES / "components/field.html",
    TEMPLATES / "components/form_errors.html",
    TEMPLATES / "pass_on/smile.html",
    TEMPLATES / "pass_on/smile_told.html",
]
MODULES = [SOURCE / "web/pages" / f"{name}.py" for name in ("thank", "thank_forms", "smile")]
CALL = re.compile(r"""(?:gettext|_)\(\s*u?((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")+)""")


def wanted() -> set[str]:
    """Every text of a customer page and of the forms on it."""
    found = {"a customer"}
    for path in PAGES:
        source = templatize(path.read_text(), origin=str(path))
        found |= {ast.literal_eval(text) for text in CALL.findall(source)}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "")
            if called in ("_", "gettext_lazy") and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


def compiled(lang):
    with (SOURCE / f"locale/{lang}/LC_MESSAGES/django.mo").open("rb") as file:
        return {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}


@pytest.mark.parametrize("lang", ["de", "es"])
def test_every_text_of_a_customer_page_is_there_with_the_same_places(lang):
    texts = compiled(lang)
    assert wanted() - texts.keys() == set()
    assert texts.keys() - wanted() == set(), "nobody uses these any more"
    places = {
        key: text
        for key, text in texts.items()
        if set(re.findall(r"%\(\w+\)s", key)) != set(re.findall(r"%\(\w+\)s", text))
    }
    assert places == {}


@pytest.mark.parametrize("lang", ["de", "es"])
def test_what_is_compiled_is_what_is_written(lang):
    text = (SOURCE / f"locale/{lang}/LC_MESSAGES/django.po").read_text()
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', text, re.M)
    written = {ast.literal_eval(f'"{key}"'): ast.literal_eval(f'"{value}"') for key, value in pairs}
    assert written == compiled(lang)


@pytest.mark.parametrize(
    ("lang", "says"), [("de", "hat Ihnen geholfen"), ("es", "le ayudó"), ("fr", "helped you")]
)
def test_a_customer_reads_their_own_language_where_we_speak_it(client, page, lang, says):
    html = client.get(f"/thanks/{page.slug}", HTTP_ACCEPT_LANGUAGE=lang).content.decode()
    assert says in html
    assert f'lang="{lang if lang != "fr" else "en"}"' in html


def test_the_teams_pages_are_not_half_in_another_language(house, signed_in):
    html = signed_in(house.agent).get("/me", HTTP_ACCEPT_LANGUAGE="de").content.decode()
    assert '<html lang="en">' in html
