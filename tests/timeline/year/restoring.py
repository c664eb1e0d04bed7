"""Backups that are put back hours or days later, on the same machine or on one that knows nothing of it.

What people had done meanwhile is lost with the database, and they do it again; the mails had gone. So the
story is cut in two: the life that ended is kept as it was, and the other goes on from the backup.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from models.database import writing
from models.mark_file import mark_paths
from reporting.backup_mark import declare
from tests.backups import Backup
from tests.timeline.harness import Timeline
from tests.timeline.year.life import DAY, HOUR, Memory, People
from tests.timeline.year.story import Restore, Story

RESTORES_A_YEAR = 6
NEW_HOME = 0.3
"""How many of them on a machine without the mark."""


@dataclass(frozen=True)
class _Kept:
    """What a backup holds, and what people knew when it was made."""

    at: datetime
    back: datetime
    database: Backup
    story: Story
    memory: Memory


class Administrator:
    """Makes a backup, puts it back, and says what it is where the program cannot know."""

    def __init__(self, world: Timeline, people: People, chance: random.Random, passes_a_day: float) -> None:
        self.world, self.people, self.chance = world, people, chance
        self.often = RESTORES_A_YEAR / 365 / passes_a_day
        self._kept: _Kept | None = None
        self._word: tuple[datetime, datetime] | None = None

    @property
    def is_asked(self) -> bool:
        """Whether nobody is mailed until they have spoken."""
        return self._word is not None

    def look_after(self, now: datetime, finish: Callable[[datetime], None]) -> None:
        """Between two passes; `finish` completes the story of a life that ends here."""
        if self._word is not None and self._word[0] <= now:
            with writing(self.world.engine) as session:
                declare(session, self.world.settings, self._word[1], now, "Alice")
            self._word = None
        if self._kept is not None and self._kept.back <= now:
            kept, self._kept = self._kept, None
            finish(now)
            self._put_back(kept, now)
        elif self._kept is None and self._word is None and self.chance.random() < self.often:
            back = now + self.chance.choice([HOUR, 5 * HOUR, DAY, 3 * DAY, 9 * DAY])
            database = Backup.of(self.world.engine)
            self._kept = _Kept(now, back, database, _copied(self.people.story), self.people.memory())

    def _put_back(self, kept: _Kept, now: datetime) -> None:
        story = self.people.story
        lost = [each.at for each in story.passes[len(kept.story.passes) :]]
        ended, kept.story.lives = _copied(story), story.lives
        ended.lives = []
        kept.database.put_back(self.world.engine, unnoticed=self.chance.random() < 0.3)
        for field in fields(Story):
            setattr(story, field.name, getattr(kept.story, field.name))
        self.people.remember(kept.memory, now)
        if not lost:
            return
        story.restores.append(Restore(backup=kept.at, lost_until=max(lost), at=now))
        story.lives.append(ended)
        if self.chance.random() < NEW_HOME:
            for path in mark_paths(self.world.settings):
                path.unlink(missing_ok=True)
            self._word = now + self.chance.choice([HOUR, 9 * HOUR, DAY]), max(lost)


def _copied(story: Story) -> Story:
    """Its lists are its own; what they hold does not change."""
    values: dict[str, Any] = {field.name: copy(getattr(story, field.name)) for field in fields(Story)}
    return Story(**values)
