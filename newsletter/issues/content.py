"""What readers see of an issue, and its hash: approval is bound to it, and rendered pieces are kept under it."""

import hashlib
import json
from typing import Any

from newsletter.issues.models import Correction, Issue, Item


def shown(issue: Issue) -> dict[str, Any]:
    """Everything of an issue that reaches a reader, as plain data; items in their order.

    Scores, reasons and states are not in it: they may change without voiding an approval. What few issues have is in
    it only where they do, so that hashes of older issues stay.
    """
    return {
        "region": issue.region.code,
        "number": issue.number,
        "week": issue.week,
        "language": issue.language,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "intro": issue.intro,
        "items": [_shown_item(item) for item in sorted(issue.items, key=lambda item: item.position)],
    } | ({"corrections": [_shown_correction(one) for one in issue.corrections]} if issue.corrections else {})


def content_hash(issue: Issue) -> str:
    """SHA-256 (64 hex digits) over the canonical JSON (sorted keys, no spaces, UTF-8) of what readers see."""
    canonical = json.dumps(shown(issue), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _shown_item(item: Item) -> dict[str, Any]:
    told: dict[str, Any] = {
        "headline": item.headline,
        "summary": item.summary,
        "url": item.url,
        "source": item.source,
        "also": [{"source": report["source"], "url": report["url"]} for report in item.also],
    }
    if item.image:
        told["image"] = item.image
    if item.is_update:
        told["update"] = True
    differences = [_shown_difference(one) for one in item.differences or () if one["shown"]]
    if differences:
        told["differences"] = differences
    return told


def _shown_difference(difference: dict[str, Any]) -> dict[str, Any]:
    """What readers see of it: not who acknowledged it."""
    return {key: difference[key] for key in ("attribute", "subject", "kind", "values")}


def _shown_correction(correction: Correction) -> dict[str, Any]:
    return {"number": correction.issue.number, "text": correction.text}
