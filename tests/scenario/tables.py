"""Writes transcription templates: one folder a submission, two transcriptions, scans."""

import csv
import os

import scans
from prng import Stream

RECORDS = """row exercise area source record_number form_kind copy_number copy_total sheet_number
sheet_total secrecy_marking drawn_up replaces archive.archive archive.fonds archive.file
archive.folio same_original_as language map.sheet map.scale map.series map.edition_year
map.declared_crs map.declination_e6 map.declination_year map.convergence_e6 map.correction_e6
reference_points_listed ties_listed perimeter_listed front_mm depth_mm area_m2 dimension_basis
district settlement place.text place.confirmed ordnance_listed booby_traps_listed declared_total
declared_total_precision density_per_km kind rows_listed row_gap_mm mines_listed mines_complete
remotely_delivered controlled begun ended laying_unit authority purpose signature_present
commander_named recorder_named fence signs sign_interval_mm lanes_listed observed_by changes_listed
transferred_to remarks remaining_total""".split()

CHILDREN = {
    "reference_points": "id kind description position.x position.y position.how_fixed",
    "ties": """from to bearing bearing.unit bearing.north bearing.sense distance distance.unit
               distance.how""",
    "corners": "id position.x position.y",
    "ordnance": """id category model count count_precision fuze anti_handling.present
                   anti_handling.count anti_handling.kind production.country production.made
                   production.lot method burial_mm life_kind life_days""",
    "booby_traps": "id position.x position.y object mechanism count",
    "layout_rows": """id start.x start.y end.x end.y azimuth azimuth.unit azimuth.north length_mm
                      spacing_mm""",
    "row_mines": "layout_row model count",
    "mines": "id position.x position.y model fuze anti_handling depth_mm",
    "lanes": "id start.x start.y end.x end.y width_mm marking closing_mines",
    "changes": "id date what model count is_signed",
}
CHILDREN = {name: columns.split() for name, columns in CHILDREN.items()}
ATTACHMENTS = "row file role pages both_sides legible dpi in_persons_file".split()
PERSONS = "row commander recorder accepted_by transcribed_by".split()


class Sheet:
    """One CSV file, opened when its first row comes."""

    def __init__(self, folder, name, columns):
        self.path = os.path.join(folder, name + ".csv")
        self.columns = columns
        self.file = None

    def write(self, row):
        if self.file is None:
            self.file = open(self.path, "w", encoding="utf-8", newline="")
            self.writer = csv.writer(self.file, lineterminator="\n")
            self.writer.writerow(self.columns)
        self.writer.writerow(row)

    def close(self):
        if self.file:
            self.file.close()


class Transcription:
    """records.csv and the child tables of one folder."""

    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.records = Sheet(folder, "records", RECORDS)
        self.children = {name: Sheet(folder, name, ["row", *columns])
                         for name, columns in CHILDREN.items()}

    def write(self, record, corrections=()):
        """`corrections` (table or "", index, column, text): what this transcriber reads otherwise."""
        changed = {(table, at, column): text for table, at, column, text in corrections}
        cells = record.cells
        self.records.write([record.key] + [changed.get(("", 0, c), cells[c]) for c in RECORDS[1:]])
        for name, rows in record.children.items():
            columns = CHILDREN[name]
            sheet = self.children[name]
            for at, row in enumerate(rows):
                out = [record.key]
                if changed:
                    out += [changed.get((name, at, c), row[c]) for c in columns]
                else:
                    out += [row[c] for c in columns]
                sheet.write(out)

    def close(self):
        for sheet in (self.records, *self.children.values()):
            sheet.close()


class Submission:
    """A package in the making: first/, second/, scans/."""

    def __init__(self, folder, seed, scan_bytes=0):
        self.seed, self.scan_bytes = seed, scan_bytes
        self.first = Transcription(os.path.join(folder, "first"))
        self.second = Transcription(os.path.join(folder, "second"))
        self.scan_folder = os.path.join(folder, "scans")
        os.makedirs(self.scan_folder, exist_ok=True)
        first = os.path.join(folder, "first")
        self.attachments = Sheet(first, "attachments", ATTACHMENTS)
        self.persons = Sheet(first, "persons", PERSONS)
        self.totals = Sheet(first, "totals", ["area", "source", "documents", "at", "ap"])
        self.drawn = set()

    def write(self, record):
        self.first.write(record)
        self.second.write(record, record.second)
        for attachment in record.attachments:
            self.attachments.write([record.key] + [attachment[c] for c in ATTACHMENTS[1:]])
        self.persons.write([record.key] + [record.persons[c] for c in PERSONS[1:]])
        for name, role, number in record.scans:
            if name not in self.drawn:
                self.drawn.add(name)
                stream = Stream(self.seed, "scan", name)
                with open(os.path.join(self.scan_folder, name), "wb") as file:
                    file.write(scans.image(stream, role, number, self.scan_bytes))

    def close(self, totals):
        """`totals`: (area, documents, AT, AP) as the holder states them."""
        for area, documents, at, ap in totals:
            self.totals.write([area, "archive-1", documents, at, ap])
        for part in (self.first, self.second, self.attachments, self.persons, self.totals):
            part.close()


def write_table(path, columns, rows):
    sheet = Sheet(os.path.dirname(path), os.path.basename(path).removesuffix(".csv"), columns)
    for row in rows:
        sheet.write(row)
    if not rows:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(",".join(columns) + "\n")
    sheet.close()
