"""What a server offers beyond plain SMTP, as its answer to EHLO says (RFC 5321, section 4.1.1.1). Pure."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Extensions:
    """Keywords and login mechanisms, all in upper case."""

    keywords: frozenset[str] = frozenset()
    mechanisms: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, text: bytes) -> "Extensions":
        """Of the lines of an answer; the first names the server, and no line can make the others unreadable."""
        keywords, mechanisms = set(), []
        for line in text.decode("ascii", "replace").upper().split("\n")[1:]:
            # Some old servers say AUTH=LOGIN for AUTH LOGIN.
            keyword, *values = re.sub("^AUTH=", "AUTH ", line).split() or [""]
            keywords.add(keyword)
            if keyword == "AUTH":
                mechanisms += values
        return cls(frozenset(keywords), tuple(dict.fromkeys(mechanisms)))

    def has(self, keyword: str) -> bool:
        return keyword in self.keywords
