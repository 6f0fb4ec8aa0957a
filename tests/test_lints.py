"""The checks of ./check catch what they are for."""

import pytest

from tools.lint_lock import wrong
from tools.lint_lookups import lookups


@pytest.mark.parametrize(
    "line",
    [
        "Member.objects.get(email=x)",
        "Member._default_manager.filter(team=t).get()",
        "rows.get(pk=id)",
        "rows.select_related('a').filter(id=id)",
        "get_object_or_404(Member, email=x)",
        "shortcuts.get_object_or_404(rows)",
        "Link.objects.filter(token_hash=h)",
        "rows.filter(Q(pk=id) | Q(a=1))",
        "rows.filter(member_id=request.POST['who'])",
        "rows.filter(pk__in=request.POST.getlist('who'))",
        "rows.filter(team__pk=request.GET['team'])",
        "rows.in_bulk(ids)",
        "rows.filter(\n    pk=id,\n)",
        "rows.filter(pk=id)  # lookup:",
        "rows.filter(pk=id)  # lookup",
    ],
)
def test_a_lookup_outside_access_is_found(line):
    assert len(list(lookups(line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "fields.get('pk')",
        "fields.get('pk', None)",
        "client.get(url, params={'id': 3})",
        "rows.filter(member=member)",
        "rows.exclude(pk=me.pk)",
        "rows.filter(member_id=member.pk)",
        "rows.filter(pk__in=own)",
        "settings.get(default=3)",
        "rows.filter(pk=job.pk)  # lookup: the worker's own claim",
        "rows.filter(\n    pk=job.pk,  # lookup: the worker's own claim\n)",
    ],
)
def test_what_is_no_lookup_is_left_alone(line):
    assert list(lookups(line)) == []


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        ("click==8.1.7 \\\n    --hash=sha256:ab\n", []),
        ("django==5.2 \\\n    --hash=sha256:ab\n", ["l.lock: click is missing"]),
        ("click==7.0 \\\n    --hash=sha256:ab\n", ["l.lock: click==7.0 is not >=8.1"]),
        ("click==8.1.7\n", ["l.lock: click==8.1.7 has no hash"]),
        (
            "--index-url x\nclick==8.1.7 \\\n    --hash=sha256:ab\n",
            ["l.lock: holds an address or an option"],
        ),
    ],
)
def test_a_lock_is_whole_hashed_and_without_addresses(tmp_path, lock, expected):
    file = tmp_path / "l.lock"
    file.write_text(lock)
    assert wrong(file, ["click>=8.1"]) == expected
