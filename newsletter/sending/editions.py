"""Editions: found by their key, made where they are missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.db import among
from newsletter.sending.inserting import insert_new
from newsletter.sending.models import Edition, EditionIssue


@dataclass(frozen=True, order=True)
class Wanted:
    """What makes letters alike: a language, and issues in an order."""

    language: str
    issue_ids: tuple[int, ...]

    @property
    def key(self) -> str:
        """ "es:14,9"; audience.py writes the same in SQL.

        Postgres indexes up to 2,700 bytes: all 280 regions of the catalogue at once, until the issues reach 10,000,000.
        """
        return f"{self.language}:{','.join(map(str, self.issue_ids))}"

    @classmethod
    def of(cls, key: str) -> Self:
        """What a key stands for."""
        language, _, issue_ids = key.rpartition(":")
        return cls(language, tuple(map(int, issue_ids.split(","))))


def find_or_make_editions(session: Session, round_id: int, wanted: Iterable[Wanted]) -> dict[Wanted, int]:
    """The ids of these editions of a round."""
    by_key = {edition.key: edition for edition in wanted}
    if not by_key:
        return {}
    known = _known(session, round_id, by_key)
    missing = [edition for key, edition in sorted(by_key.items()) if key not in known]
    if missing:
        rows = [{"round_id": round_id, "key": edition.key, "language": edition.language} for edition in missing]
        insert_new(session, Edition, rows)
        known = _known(session, round_id, by_key)
        _insert_issues(session, missing, known)
    return {edition: known[key] for key, edition in by_key.items()}


def editions_by_id(session: Session, edition_ids: Iterable[int]) -> dict[int, Wanted]:
    """What each of these editions is."""
    query = (
        select(Edition.id, Edition.language, EditionIssue.issue_id)
        .join(EditionIssue, EditionIssue.edition_id == Edition.id)
        .where(among(session, Edition.id, set(edition_ids)))
        .order_by(EditionIssue.position)
    )
    found: dict[int, Wanted] = {}
    for edition_id, language, issue_id in session.execute(query):
        before = found[edition_id].issue_ids if edition_id in found else ()
        found[edition_id] = Wanted(language, (*before, issue_id))
    return found


def _known(session: Session, round_id: int, keys: Iterable[str]) -> dict[str, int]:
    query = select(Edition.key, Edition.id).where(Edition.round_id == round_id, among(session, Edition.key, list(keys)))
    return dict(session.execute(query).all())


def _insert_issues(session: Session, editions: Sequence[Wanted], ids: Mapping[str, int]) -> None:
    rows = [
        {"edition_id": ids[edition.key], "issue_id": issue_id, "position": position}
        for edition in editions
        for position, issue_id in enumerate(edition.issue_ids, start=1)
    ]
    insert_new(session, EditionIssue, rows)
