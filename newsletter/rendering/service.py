"""The rendering of one service: pieces of issues, kept as rows; letters; all other mails."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from newsletter.config import Settings
from newsletter.issues.click_links import ClickLinks
from newsletter.issues.models import Correction, Issue, IssueState
from newsletter.issues.opinion_links import OpinionLinks
from newsletter.regions.service import active_regions
from newsletter.rendering.composing import compose
from newsletter.rendering.faults import naming_templates
from newsletter.rendering.inlining import inline
from newsletter.rendering.letters import frame_context, letter_date, render_issue
from newsletter.rendering.models import RenderedIssue
from newsletter.rendering.pieces import Composed, IssuePieces
from newsletter.rendering.plain import tidy
from newsletter.rendering.shelf import PIECES, Found, Shelf
from newsletter.rendering.slots import Slot
from newsletter.rendering.templates import email_environment, template_folder
from newsletter.rendering.translations import locale_folder, spoken
from newsletter.rendering.wrapping import without_gaps


class Rendering:
    """Renders by the settings of one service. Languages that we do not speak become English.

    `clicks`: only where clicks are counted.
    """

    def __init__(self, settings: Settings, opinions: OpinionLinks, clicks: ClickLinks | None = None) -> None:
        self._settings = settings
        self._opinions = opinions
        self._clicks = clicks
        self._shelf = Shelf()

    def pieces(self, session: Session, issue: Issue, language: str, now: datetime) -> IssuePieces:
        """The pieces of an issue's present content, rendered once and kept. Needs a writing session.

        While an issue is a draft, new templates and settings show in it at once; from its approval on the kept pieces
        stay, so that what was approved is what is sent. Raises NotAllowedError for an issue without items.
        """
        return self.pieces_of(session, [issue], language, now)[issue.id]

    def pieces_of(
        self, session: Session, issues: Sequence[Issue], language: str, now: datetime
    ) -> dict[int, IssuePieces]:
        """`pieces` of several, by issue."""
        language = spoken(language)
        found = self._shelf.find(session, issues, language)
        return {issue.id: self._present(session, issue, language, found.get(issue.id), now) for issue in issues}

    def compose(self, pieces: Sequence[IssuePieces], language: str) -> Composed:
        """A letter of issues in the reader's order."""
        return compose(pieces, spoken(language))

    def letter(self, session: Session, issues: Sequence[Issue], language: str, now: datetime) -> Composed:
        """`pieces_of` and `compose` in one step."""
        pieces = self.pieces_of(session, issues, language, now)
        return self.compose([pieces[issue.id] for issue in issues], language)

    def preview(self, letter: Composed) -> Composed:
        """The same letter, byte for byte, with a subject that says it is a preview."""
        template = email_environment(letter.language, self._settings.templates_dir).get_template("letter/subject.txt")
        return replace(letter, subject=tidy(template.render(subject=letter.subject, preview=True)))

    def mail(self, kind: str, language: str, **context: Any) -> Composed:
        """A mail outside a round: templates/email/<kind>/, whose first lines say what `context` they need."""
        return self._mail(kind, spoken(language), _tidied(context))

    def correction(self, correction: Correction, language: str) -> Composed:
        """What was wrong in an issue, to those who got it: as in a letter, what is a reader's own is left open."""
        language, issue = spoken(language), correction.issue
        context = {
            "region": issue.region.code,
            "number": issue.number,
            "date": letter_date(issue, language, "long"),
            "correction": correction.text,
            "correction_language": issue.language,
            "url": f"{self._settings.base_url}/regions/{issue.region.code}/issues/{issue.number}",
        }
        slots = {"address": Slot.ADDRESS, "preferences_url": Slot.PREFERENCES, "unsubscribe_url": Slot.UNSUBSCRIBE}
        return self._mail("correction", language, _tidied(context) | {name: slot.value for name, slot in slots.items()})

    def _mail(self, kind: str, language: str, values: dict[str, Any]) -> Composed:
        environment = email_environment(language, self._settings.templates_dir)
        values = values | frame_context(language, self._settings)
        with naming_templates():
            subject = tidy(environment.get_template(f"{kind}/subject.txt").render(values))
            values["subject"] = subject
            html = environment.get_template(f"{kind}/body.html").render(values)
            text = environment.get_template(f"{kind}/body.txt").render(values)
        return Composed(subject=subject, html=inline(html), text=without_gaps(text) + "\n", language=language)

    @cached_property
    def look(self) -> str:
        """Hash of all that makes a letter look as it does, besides its content: templates, sentences, settings."""
        digest = hashlib.sha256()
        own = self._settings.templates_dir
        emails = [folder / "email" for folder in (template_folder(), own) if folder]
        folders = [email / name for email in emails for name in ("base", "letter")]
        for path in sorted(path for folder in [*folders, locale_folder()] for path in folder.rglob("*.*")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        digest.update(repr(sorted(frame_context("en", self._settings).items())).encode())
        if self._clicks is not None:
            digest.update(b"clicks are counted")
        return digest.hexdigest()[:16]

    def _present(
        self, session: Session, issue: Issue, language: str, found: Found | None, now: datetime
    ) -> IssuePieces:
        kept = found.pieces if found is not None else None
        if kept is not None and issue.state is not IssueState.DRAFT:
            return kept
        offered = tuple(sorted(region.code for region in active_regions(session)))
        if kept is not None and kept.look == self.look and offered == tuple(one.code for one in kept.offered):
            return kept
        pieces = render_issue(
            issue,
            language,
            self._settings,
            opinions=self._opinions,
            look=self.look,
            offered=offered,
            clicks=self._clicks,
        )
        return self._keep(session, found, pieces, issue, now)

    def _keep(
        self, session: Session, found: Found | None, pieces: IssuePieces, issue: Issue, now: datetime
    ) -> IssuePieces:
        written = PIECES.dump_python(pieces, mode="json")
        if found is not None:
            row = session.get_one(RenderedIssue, found.row_id)
            row.pieces, row.rendered_at = written, now
            self._shelf.forget(row.id)
            return pieces
        row = RenderedIssue(
            issue_id=issue.id,
            language=pieces.language,
            content_hash=issue.content_hash,
            rendered_at=now,
            pieces=written,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another worker was faster: its pieces are the ones that count
            kept = self._shelf.find(session, [issue], pieces.language).get(issue.id)
            if kept is None or kept.pieces is None:
                raise
            return kept.pieces
        return pieces


def _tidied(value: Any) -> Any:
    """The value with all its texts on one line and without slot tokens: reasons and headlines come from outside."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, dict):
        return {name: _tidied(inner) for name, inner in value.items()}
    return [_tidied(inner) for inner in value] if isinstance(value, list | tuple) else value
