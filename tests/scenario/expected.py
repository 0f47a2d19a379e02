"""The numbers that must come out: counted over the fault log, never over an engine's report."""

HEADLINES = ("complete", "partial", "no_information", "contradicting", "not_read")


def counted(told):
    """Mines of a form whose count can be read; a form that is read in part counts for none."""
    return told["mines"] if told["readable"] else 0


class Tally:
    """Classes of a set of records: by records and by counted mines."""

    def __init__(self):
        self.records = dict.fromkeys(HEADLINES, 0)
        self.mines = dict.fromkeys(HEADLINES, 0)
        self.splits = {}

    def add(self, told, after=False):
        headline, split = told["headline"], told["split"]
        if after and "after_supplements" in told:
            headline, split = told["after_supplements"]["headline"], ""
        self.records[headline] += 1
        self.mines[headline] += counted(told)
        if headline == "partial":
            self.splits[split] = self.splits.get(split, 0) + 1

    def table(self):
        total = sum(self.records.values())
        return {"records": total, "classes": self.records, "splits": dict(sorted(
                self.splits.items())), "mines": self.mines,
                "shares": {h: share(n, total) for h, n in self.records.items()}}


def share(count, of):
    """Per cent with one decimal, half up; never forced to sum to 100."""
    if not of:
        return "0.0"
    tenths = (count * 2000 + of) // (2 * of)
    return f"{tenths // 10}.{tenths % 10}"


def totals(log, declared):
    """The totals of mines that a report prints."""
    forms = sum(counted(told) for told in log)
    twice = sum(counted(told) for told in log if told["duplicate_of"])
    copies = sum(counted(told) for told in log if told["copy_of"])
    near = sum(counted(told) for told in log if told["near_duplicate_of"])
    return {"declared": declared, "all_forms": forms, "without_duplicates": forms - twice,
            "unreadable_forms": sum(1 for told in log if not told["readable"]),
            "fields": forms - twice - copies, "without_near_duplicates": forms - twice - near,
            "documents": len(log),
            "documents_without_duplicates": sum(1 for t in log if not t["duplicate_of"])}


def grouped(number):
    return f"{number:,}"


def headline(tally, declared_mines, districts, empty, outstanding, declared_records):
    count = tally.records
    unread = f", {grouped(count['not_read'])} not read yet" if count["not_read"] else ""
    themselves = "itself" if count["contradicting"] == 1 else "themselves"
    return (f"{grouped(sum(count.values()))} formularies, {grouped(declared_mines)} mines declared "
            f"in {districts} district{'s' if districts != 1 else ''}; "
            f"{grouped(count['complete'])} complete, {grouped(count['partial'])} partially "
            f"filled in, {grouped(count['no_information'])} without information pertinent to "
            f"demining, {grouped(count['contradicting'])} contradicting {themselves}{unread}; "
            f"{empty} districts with nothing "
            f"delivered; {grouped(outstanding)} of {grouped(declared_records)} declared records "
            "outstanding.")


def stage(log, plan, declared_mines, after):
    by_area, all_records = {}, Tally()
    by_submission = {}
    for told in log:
        for tally in (all_records, by_area.setdefault(told["area"], Tally()),
                      by_submission.setdefault(told["submission"], Tally())):
            tally.add(told, after)
    declared = sum(plan.declared.values())
    return {
        "headline": headline(all_records, declared_mines, len(by_area),
                             len(plan.areas) - len(by_area), declared - len(log), declared),
        "all": all_records.table(),
        "by_district": {area: tally.table() for area, tally in sorted(by_area.items())},
        "by_submission": {s: tally.table() for s, tally in sorted(by_submission.items())},
    }


def areas(log, plan):
    """Declared, delivered, outstanding, and how many records lie there by geometry."""
    rows = {a: {"declared": plan.declared[a], "delivered": 0, "lies_in": 0} for a in plan.areas}
    for told in log:
        rows[told["area"]]["delivered"] += 1
        if told["lies_in"]:
            rows[told["lies_in"]]["lies_in"] += 1
    for row in rows.values():
        row["outstanding"] = row["declared"] - row["delivered"]
    return rows


def handover_results(log, plan, gaps):
    """Verdicts of the handover level after S2, FAIL and NOT_EVALUABLE only."""
    results = []
    delivered = {told["area"] for told in log}
    for area, row in areas(log, plan).items():
        if row["declared"] != row["delivered"]:
            results.append({"check": "H-02", "place": f"area/{area}", "verdict": "FAIL"})
        if area not in delivered:
            results.append({"check": "H-06", "place": f"area/{area}", "verdict": "FAIL"})
    for series in gaps:
        if series["missing"]:
            results.append({"check": "X-04", "verdict": "FAIL", **series})
    return results
