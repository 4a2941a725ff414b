"""Many little worlds in one warehouse, kept apart by their ids: a build takes seconds."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from reference import World
from worlds.agreements import Rows, agreements
from worlds.draws import drawn
from worlds.people import Tables, people
from worlds.vocabulary import FAR_FUTURE, LOADED, START, STEP

IDS = (
    "lead_id",
    "event_id",
    "anonymous_id",
    "change_id",
    "opportunity_id",
    "touch_id",
    "company_domain",
)


@dataclass(frozen=True)
class Batch:
    """What one load brings: per table a list of files, each a list of rows."""

    files: dict[str, list[list[dict]]]


@dataclass(frozen=True)
class Pack:
    """One agreement, many people, the batches they arrive in and the moments asked about."""

    definition: dict[str, Rows]
    batches: list[Batch]
    as_of: datetime
    last_as_of: datetime

    def world(self) -> World:
        """All of it, as if loaded at once, far enough in the future to be seen late or never."""
        tables: Tables = defaultdict(list)
        for batch in self.batches:
            for table, files in batch.files.items():
                tables[table] += [{**row, "_loaded_at": LOADED} for rows in files for row in rows]
        return World(tables, self.definition, self.as_of)


def apart(tables: Tables, prefix: str) -> Tables:
    """The same rows with every id in a space of its own."""

    def renamed(row: dict) -> dict:
        return {
            column: f"{prefix}{value}" if column in IDS and value is not None else value
            for column, value in row.items()
        }

    return {table: [renamed(row) for row in rows] for table, rows in tables.items()}


def split(tables: Tables, count: int, chance: random.Random) -> list[Batch]:
    """Deal the rows out to batches in no order, some of them again in a later one."""
    batches = [Batch(defaultdict(list)) for _ in range(count)]
    for table, rows in tables.items():
        hands: list[list[dict]] = [[] for _ in range(count)]
        for row in rows:
            first = chance.randrange(count)
            hands[first].append(row)
            if chance.random() < 0.15:
                hands[chance.randrange(first, count)].append(row)
        for number, hand in enumerate(hands):
            chance.shuffle(hand)
            middle = chance.randrange(len(hand) + 1)
            files = [part for part in (hand[:middle], hand[middle:]) if part]
            batches[number].files[table] += files
    for earlier, later in pairwise(batches):
        for table, files in earlier.files.items():
            if files and chance.random() < 0.3:
                later.files[table].append(files[0])  # the same file again, under another name
    return batches


def latecomers(batch: Batch, seed: int, one_in: int = 50) -> tuple[Batch, Batch]:
    """The batch as two, the later one of few rows: it touches few of the little worlds."""
    chance = random.Random(seed)
    early, late = Batch(defaultdict(list)), Batch(defaultdict(list))
    for table, files in batch.files.items():
        for rows in files:
            held_back = [chance.randrange(one_in) == 0 for _ in rows]
            for part, is_late in ((early, False), (late, True)):
                mine = [row for row, is_so in zip(rows, held_back, strict=True) if is_so is is_late]
                part.files[table] += [mine] if mine else []
    return early, late


def pack(seed: int, worlds: int = 40, batches: int = 3) -> Pack:
    """One warehouse full; the same seed gives the same."""
    chance = random.Random(seed)
    together: Tables = defaultdict(list)
    for number, tables in enumerate(drawn(people(), worlds, seed)):
        for table, rows in apart(tables, f"w{number:03}-").items():
            together[table] += rows
    early = START + STEP * chance.randrange(14, 36)
    late = chance.choice([FAR_FUTURE] + [START + STEP * chance.randrange(20, 50)] * 2)
    (agreement,) = drawn(agreements(), 1, seed)
    first, last = chance.sample([early, late], 2)
    return Pack(agreement, split(together, batches, chance), first, last)
