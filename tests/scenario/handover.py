"""What surrounds the records: charter, control history, holding, claims, requests, supplements."""

import json
import os

import faults
import field
import oracle
import vocabulary as words
from tables import write_table

# Withheld records, 60 in all: area, number, ground, end.
WITHHELD = (("lachin", 25, "own forces", "withdrawal"), ("kalbajar", 15, "security", "2031-12-31"),
            ("kalbajar", 5, "third party", "agreement"), ("tartar", 15, "security", "agreement"))

# area: [(party, first day, last day)]; every area of the case changed hands late in 2020 or before.
_CHANGED_ON = {"aghdam": "2020-11-20", "fuzuli": "2020-10-17", "zangilan": "2020-10-20",
               "jabrayil": "2020-10-04", "kalbajar": "2020-11-25", "lachin": "2020-12-01",
               "gubadli": "2020-10-25", "khojavand": "2020-11-09"}
_DAY_BEFORE = {"2020-11-20": "2020-11-19", "2020-10-17": "2020-10-16", "2020-10-20": "2020-10-19",
               "2020-10-04": "2020-10-03", "2020-11-25": "2020-11-24", "2020-12-01": "2020-11-30",
               "2020-10-25": "2020-10-24", "2020-11-09": "2020-11-08"}
CHANGED = set(_CHANGED_ON)

PARTIES = (("holding-party", "Holding party", "holding"),
           ("receiving-party", "Receiving party", "receiving"),
           ("mediator-a", "Mediator A", "mediator"), ("mediator-b", "Mediator B", "mediator"),
           ("auditor", "Auditor", "auditor assessor"), ("broker", "Broker", "assessor"),
           ("survey-organisation", "Survey organisation", "finder surveyor"))

CLAIMS = (
    ("delivered-aghdam", "s1", "receiving-party", "", "2021-06-12", "mines_delivered", "aghdam",
     "exact", "97000", "Maps of 97,000 mines of Aghdam were received."),
    ("tiny-portion", "s1", "holding-party", "News agency of the exercise", "2021-06-13",
     "share_of_holding_delivered", "", "words", "",
     "What was handed over is a tiny portion of what exists."),
    ("delivered-south", "s2", "receiving-party", "", "2021-07-03", "mines_delivered",
     "fuzuli zangilan", "exact", "92000", "Maps of 92,000 mines of Fuzuli and Zangilan came."),
    ("about-200000", "s2", "receiving-party", "", "2021-08-09", "mines_delivered",
     "aghdam fuzuli zangilan", "about", "200000",
     "Approximately 200,000 mines were declared in three districts."),
    ("all", "sup2-with-reason", "holding-party", "", "2021-12-04", "all_delivered", "", "words", "",
     "All maps have been handed over."),
    ("eight-more", "s3", "holding-party", "", "2024-01-26", "further_records_found", "kalbajar",
     "exact", "8", "Eight more records were found."),
)


def write_around(folder, plan):
    _charter(os.path.join(folder, "charter.toml"))
    _control_history(os.path.join(folder, "control-history.csv"))
    _holding(os.path.join(folder, "holding.csv"), plan)
    write_table(os.path.join(folder, "parties.csv"), ["party", "name", "roles"], PARTIES)
    if not plan.worked:
        return
    write_table(os.path.join(folder, "claims.csv"),
                ["id", "after", "speaker", "reporter", "said", "subject", "areas", "precision",
                 "value", "text"], [[c or "[none]" for c in claim] for claim in CLAIMS])
    _requests(folder)


def _charter(path):
    """The charter as the client reads it; recipients stand there by party."""
    lines = ['name = "H-2021"', "exercise = true", "mediator_threshold = 1", "retention_days = 0",
             "custody_before_release = true", 'progress_policy = "quorum none\\n"',
             'final_policy = "quorum none\\n"', 'rule_set = "apii_1996.textproto"',
             'control_history = "control-history.csv"', "", "[parties]"]
    lines += [f'{party} = {json.dumps(roles.split())}' for party, _, roles in PARTIES]
    lines += ["", "[areas]"] + [f'{a} = "{a.capitalize()}"' for a in words.DISTRICTS]
    lines += ["", "[sources]", 'archive-1 = "Engineer archive of the exercise"', "", "[recipients]",
              'receiving-party = "persons"', 'auditor = "records"', 'broker = "records"', "",
              "# Exercise clock: terms that would be days are seconds.", "[terms]"]
    lines += [f'{term} = "{seconds}s"' for term, seconds in
              (("custody", 60), ("answer", 30), ("finding_answer", 30), ("witness", 60),
               ("position", 120), ("escrow", 60))]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _control_history(path):
    rows = []
    for area in words.DISTRICTS:
        if area not in _CHANGED_ON:
            rows.append((area, "receiving-party", "-", "-"))
            continue
        day = _CHANGED_ON[area]
        rows.append((area, "holding-party", "-", _DAY_BEFORE[day]))
        rows.append((area, "receiving-party", day, "-"))
    write_table(path, ["area", "party", "first_day", "last_day"], rows)


def _holding(path, plan):
    rows = []
    for area in plan.areas:
        withheld = [w for w in WITHHELD if w[0] == area] or [(area, 0, "[none]", "[none]")]
        for at, (_, count, ground, end) in enumerate(withheld):
            rows.append((area, "archive-1", plan.declared[area] if at == 0 else "[same]",
                         "[not stated]", "[not stated]", count, ground, end, 0))
    write_table(path, "area source documents at ap withheld ground end unknown".split(), rows)


def _requests(folder):
    pending = [a for a in words.DISTRICTS if a not in ("aghdam", "fuzuli", "zangilan")]
    write_table(os.path.join(folder, "requests.csv"),
                "id after from to kind areas due_seconds text".split(),
                [("pending-districts", "s2", "receiving-party", "holding-party", "records",
                  " ".join(pending), 30, "Records of the seven other districts."),
                 ("gap-list", "s2", "receiving-party", "holding-party", "gaps",
                  "aghdam fuzuli zangilan", 60,
                  "What lacks on the forms delivered: the list of the assessment.")])
    write_table(os.path.join(folder, "answers.csv"),
                "request after outcome items area ground end".split(),
                [("gap-list", "sup1", "fulfilled", 30, "[none]", "[none]", "[none]"),
                 ("gap-list", "sup1", "do_not_have", 1, "aghdam", "[none]", "[none]"),
                 ("gap-list", "sup1", "withheld", 1, "fuzuli", "security", "2031-12-31"),
                 ("gap-list", "sup1", "refused", 1, "zangilan", "[none]", "[none]")])


# --- Supplements -------------------------------------------------------------------------------------

_COLUMNS = "package row field old new reason explanation".split()


def gap_rows(slot, record, whole):
    """Rows of supplements.csv that fill what `record` lacks by what stood in `whole`."""
    rows = []
    for kind, state in slot.faults:
        field_path, new = _field_of(kind, whole)
        _, old = _field_of(kind, record)
        rows.append((f"@{slot.submission}@", slot.key, field_path, old, new, "gap_filled",
                     "из второго экземпляра (учебное)"))
    return rows


def _field_of(kind, record):
    """Path and cell of the field that a gap fault empties."""
    column, _ = faults.box_of(kind)
    if column is not None:
        return oracle.column_path(column), record.cells[column]
    table, column, at = faults.entry_of(kind)
    return f"{oracle.PREFIX[table]}[{at}].{column}", record.children[table][at][column]


def write_supplements(folder, gaps, changed):
    """`changed`: (slot, record) of the count that a supplement changes."""
    slot, record = changed
    pieces = field.slot_total(slot)
    package = f"@{slot.submission}@"
    count = record.children["ordnance"][0]["count"]
    more = str(pieces + 6)
    plain = (package, slot.key, "what.ordnance[0].count", count, more)
    total = (package, slot.key, "what.declared_total", str(pieces), more)
    reason = ("read_wrong", "последняя цифра прочитана неверно (учебное)")
    for name, rows in (("sup1", gaps),
                       ("sup2-without-reason", [(*plain, "[not stated]", "[blank]")]),
                       ("sup2-with-reason", [(*plain, *reason), (*total, *reason)])):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        write_table(os.path.join(folder, name, "supplements.csv"), _COLUMNS, rows)
    return {"row": slot.key, "field": "what.ordnance[0].count", "old": pieces, "new": pieces + 6,
            "submission": slot.submission}
