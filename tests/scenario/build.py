"""One record from its slot: drawn, made a twin where it is one, spoiled, and assessed."""

import datetime

import faults
import field
import oracle
from prng import Stream


def build(seed, slot, world):
    """(record, assessment by the oracle, faults as told in the log)."""
    record = field.draw(seed, slot)
    if slot.twin_of:
        _TWINS[slot.part](record)
    if slot.scan_of:
        _show_others_scans(seed, record, slot.scan_of)
    told = [{"fault": slot.displaced}] if slot.displaced else []
    try:
        must, injected = faults.inject(record, Stream(seed, "faults", slot.key))
    except (IndexError, KeyError, ValueError) as error:
        raise Conflict(f"{slot.key}: {slot.faults}: {error}") from error
    assessment = oracle.Assessment(record, world)
    missing = [m for m in must if m not in assessment.results]
    if missing:
        raise Conflict(f"{slot.key}: {slot.faults} should give {missing}")
    return record, assessment, told + injected


class Conflict(ValueError):
    """Two faults hide each other: the plan drops the second."""


def settle(seed, slot, world):
    """Builds; where two faults hide each other, or miss a limit too narrowly, keeps the first. One
    alone that does is left out, unless the plan counts on it."""
    while True:
        try:
            return build(seed, slot, world)
        except ValueError:
            if not slot.faults or (slot.headline and len(slot.faults) < 2):
                raise
            slot.faults = slot.faults[:len(slot.faults) - 1][:1]


# --- Twins -------------------------------------------------------------------------------------------


def _duplicate(record):
    """Equal but for its number and its scans: both come from its own slot."""


def _near(record):
    """The same field drawn a second time: two corners a little off, under another order."""
    for at, shift in ((1, 2), (2, -3)):
        row = record.children["corners"][at]
        row["position.x"] = str(int(row["position.x"]) + shift)
        row["position.y"] = str(int(row["position.y"]) - shift)
    record.cells["authority"] += ", повторно"
    record.children["ties"] = [t for t in record.children["ties"] if t["to"] == "A"]


def _copy(record):
    """Copy 2 from another archive, of equal content."""
    number = field.number_text(record.slot)
    record.cells.update({
        "copy_number": "2", "archive.archive": "Учебный архив 2", "archive.fonds": "7",
        "same_original_as": f"{number}, экз. 1, Учебный архив 1"})


def _update(record):
    """The same form later, with one signed change more."""
    cells = record.cells
    left = cells["remaining_total"]
    left = int(left) if left.isdigit() else field.slot_total(record.slot)
    record.table("changes").append({
        "id": "C9", "date": field.date_text(record.day + datetime.timedelta(400)),
        "what": "removed", "model": record.lines[0][0].written, "count": "1", "is_signed": "yes"})
    cells.update({"changes_listed": "listed", "remaining_total": str(left - 1)})


_TWINS = {"duplicate": _duplicate, "near": _near, "copy": _copy, "update": _update}


def _show_others_scans(seed, record, other):
    theirs = field.draw(seed, other)
    record.attachments, record.scans = theirs.attachments, []
