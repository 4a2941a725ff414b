"""The little worlds are hostile enough: make the reference wrong in one place, and they notice.

Where a mistake goes unnoticed here, comparing a warehouse with the reference in such worlds proves
nothing about that sentence.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from comparison import expected
from handoff.definition import check_folder
from mutations import MUTATIONS
from reference import World, answer
from worlds import agreements, drawn, pack, write_definition
from worlds.vocabulary import START, STEP

AGREEMENTS = 16
WORLDS = 20


@pytest.fixture(scope="module")
def truths() -> list[tuple[World, dict]]:
    """The same people under several agreements, and what the reference says of them."""
    world = pack(0, WORLDS).world()
    found = [replace(world, definition=seeds) for seeds in drawn(agreements(), AGREEMENTS, 0)]
    early = [replace(one, as_of=START + STEP * 20) for one in found[: AGREEMENTS // 4]]
    return [(one, expected(answer(one))) for one in early + found[len(early) :]]


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_worlds_notice_that(name: str, truths: list, monkeypatch: pytest.MonkeyPatch):
    for owner, attribute, wrong in MUTATIONS[name]:
        monkeypatch.setattr(owner, attribute, wrong)
    assert any(expected(answer(world)) != truth for world, truth in truths)


def test_every_random_agreement_passes_the_check_of_definitions(tmp_path: Path):
    found = {}
    for number, seeds in enumerate(drawn(agreements(), 25, 1)):
        folder = write_definition(seeds, tmp_path / str(number))
        found |= {number: findings} if (findings := check_folder(folder)) else {}
    assert not found


def test_the_same_seed_gives_the_same_pack():
    assert pack(7, 5) == pack(7, 5)
    assert pack(7, 5) != pack(8, 5)
