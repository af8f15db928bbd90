"""What relays said to the letters of a round that they refused, each answer once with how many letters got it."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.sending.models import Letter, LetterState, Round
from newsletter.sending.relay_states import Answer

LATEST, ANSWERS = 2_000, 10  # so many refused letters are read, and so many different answers shown


def refused_with(session: Session, round: Round) -> list[Answer]:
    """Of the latest letters that were refused, the most frequent answer first; addresses in them are masked."""
    query = (
        select(Letter.reply_code, Letter.reply_text, Letter.ended_at)
        .where(Letter.round_id == round.id, Letter.state == LetterState.REFUSED, Letter.ended_at.is_not(None))
        .order_by(Letter.ended_at.desc())
        .limit(LATEST)
    )
    rows = session.execute(query).all()
    letters = Counter((row.reply_code, row.reply_text or "") for row in rows)
    last = {(row.reply_code, row.reply_text or ""): row.ended_at for row in reversed(rows)}
    return [Answer(code, text, count, last[code, text]) for (code, text), count in letters.most_common(ANSWERS)]
