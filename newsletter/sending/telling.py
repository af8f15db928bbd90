"""What a round tells the editors: an issue that missed a wave, and whatever was left to them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.editors.log import AUTOMATIC
from newsletter.issues.holding import hold
from newsletter.issues.models import Issue, IssueState
from newsletter.sending.models import NoticeKind, Round, Wave
from newsletter.sending.notices import tell_editors

TOO_LATE = "Its round closed before it was approved."
REACHED_NOBODY = "It was approved, but the waves of its readers were over."


def tell_missed(session: Session, issue: Issue, readers: int, now: datetime) -> None:
    """A wave with `readers` of this issue left without it. Told once an issue, at its first such wave."""
    tell_editors(session, NoticeKind.MISSED, issue, now, readers=readers)


def tell_late_waves(session: Session, round: Round, waves: Sequence[Wave], readers: int, now: datetime) -> None:
    """Waves with `readers` were too late to be sent. Told at most once a day: they may grow late one by one."""
    first = min(wave.opens_at for wave in waves)
    reason = (
        f"{_counted(len(waves), 'wave')} of {round.week}, from {first:%A %H:%M} UTC on, with "
        f"{_counted(readers, 'reader')}, could not be sent within {round.schedule.window_hours} hours. "
        f"To send them now, run newsletter rounds release {round.schedule.name}/{round.week}."
    )
    about = f"round {round.id} {now:%Y-%m-%d}"
    tell_editors(session, NoticeKind.HELD, None, now, about=about, week=round.week, reason=reason, path="/desk/")


def tell_paused(session: Session, round: Round, now: datetime) -> None:
    """A round has paused by itself; its note says why."""
    about, path = f"round {round.id} {now:%Y-%m-%d %H:%M:%S}", f"/desk/rounds/{round.id}"
    week, reason = round.week, round.note
    tell_editors(session, NoticeKind.PAUSED, None, now, about=about, week=week, reason=reason, path=path)


def tell_alarm(session: Session, round: Round, about: str, reason: str, now: datetime) -> None:
    """Something is wrong that a person should look at soon. Told once a round for each `about`."""
    about, path = f"round {round.id} {about}"[:90], f"/desk/rounds/{round.id}"
    tell_editors(session, NoticeKind.ALARM, None, now, about=about, week=round.week, reason=reason, path=path)


def hold_undecided(session: Session, issue: Issue, now: datetime) -> None:
    """The last window closed before anyone approved this issue, or before it reached anyone."""
    reason = TOO_LATE if issue.state is IssueState.DRAFT else REACHED_NOBODY
    hold(session, issue, by=AUTOMATIC, reason=reason, now=now)
    tell_editors(session, NoticeKind.HELD, issue, now)


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
