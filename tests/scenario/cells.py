"""Cells of the transcription template: how they stand and what they say."""

import datetime
import re

FAIL, NE = "FAIL", "NOT_EVALUABLE"

_STATES = {"blank": "BLANK", "illegible": "ILLEGIBLE", "no box": "NO_BOX",
           "not applicable": "NOT_APPLICABLE", "unknown to holder": "UNKNOWN_TO_HOLDER",
           "default": "DEFAULTED", "not transcribed": "NOT_TRANSCRIBED", "none": "NOT_APPLICABLE",
           "not stated": "NOT_STATED"}


def state(cell):
    """Presence of a cell; VALUE for text."""
    if not cell.startswith("["):
        return "NOT_APPLICABLE" if cell == "none" else "VALUE"
    name = cell[1:cell.index("]")]
    if name.startswith("withheld"):
        return "WITHHELD"
    return "VALUE" if name == "as written" else _STATES[name]


def given(cell):
    return state(cell) == "VALUE"


def unread(cell):
    return state(cell) == "NOT_TRANSCRIBED"


def count_of(cell):
    """Pieces, or None if the cell has no known number."""
    found = re.fullmatch(r"(\d+)( шт\.)?", cell)
    return int(found.group(1)) if found else None


def date_span(cell):
    """(first day, last day, coarser than an hour), or None."""
    found = re.fullmatch(r"(?:(?:(\d\d)\.)?(\d\d)\.)?(\d{4})( \d\d:\d\d| \d\d)?", cell)
    if not found:
        return None
    day, month, year, clock = found.groups()
    year = int(year)
    if day:
        only = datetime.date(year, int(month), int(day))
        return only, only, not clock
    if month:
        first = datetime.date(year, int(month), 1)
        after = datetime.date(year + int(month) // 12, int(month) % 12 + 1, 1)
        return first, after - datetime.timedelta(1), True
    return datetime.date(year, 1, 1), datetime.date(year, 12, 31), True


def place_of(row, name="position"):
    """(x, y) of a position, or None."""
    try:
        return float(row[name + ".x"]), float(row[name + ".y"])
    except ValueError:
        return None
