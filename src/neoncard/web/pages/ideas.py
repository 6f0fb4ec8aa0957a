"""Ideas from the library for a gap on a journey: for the page of lists, and as JSON for the board."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from neoncard import access
from neoncard.design import queries
from neoncard.design.tables import Journey, Step
from neoncard.library import suggest
from neoncard.people.tables import Member

FIELDS = ("text", "kind", "level", "aim", "cost", "principle")


def suggested(member: Member, journey: Journey, after: Step | None) -> list[dict[str, object]]:
    """Five ideas for the gap after a step (None: before the first), each as a neon card holds it, with `why`.

    What lies on the journey already, as this member sees it, is left out. Two queries.
    """
    laid = [idea.text for idea in queries.laid(member, journey).ideas]
    about = (
        suggest.Gap(title=journey.title, note=journey.intro, front_line=journey.front_line)
        if after is None
        else suggest.Gap(
            title=after.title,
            note=after.note,
            feel_note=after.feel_note,
            channel=after.channel,
            front_line=journey.front_line,
        )
    )
    ideas = suggest.suggest(about, laid=laid, lang=member.language or "en")
    return [
        {**{name: getattr(idea, name) for name in FIELDS}, "why": idea.why.say(_)} for idea in ideas
    ]


@access.only()
@require_GET
def suggest_for(request: HttpRequest, id: int) -> HttpResponse:
    """`/journeys/<id>/ideas/suggest?step=<card id>`: {"ideas": [{"text", "kind", "level", "aim", "cost", "principle", "why"}]}."""
    member = access.me(request)
    row = access.journey(member, id)
    named = request.GET.get("step", "")
    after = access.step_on(member, row, named) if named else None
    return JsonResponse({"ideas": suggested(member, row, after)})
