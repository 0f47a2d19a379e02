#!/usr/bin/env python3
"""The JSON schema of a report, made from the messages that a report is made of.

  report_schema.py                      prints the schema
  report_schema.py --check SCHEMA JSON...
                                        SCHEMA is what would be printed, and each JSON file (as
                                        `cairn assess show --output json` prints it) is valid by it

The check uses python3-jsonschema, which knows nothing of Cairn. It exits with 1 at the first
difference, and names the file, the place and what is wrong there.
"""
import json
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
FIELD = re.compile(r"^\s*(repeated |optional )?([\w.]+)\s+(\w+)\s*=\s*\d+\s*(?:\[[^\]]*\])?;\s*(?://\s*(.*))?$")
VALUE = re.compile(r"^\s*([A-Z][A-Z0-9_]*)\s*=\s*\d+\s*;")
UNSIGNED = {"type": "integer", "minimum": 0}
PLAIN = {"uint32": UNSIGNED, "uint64": UNSIGNED, "int32": {"type": "integer"}, "int64": {"type": "integer"},
         "bool": {"type": "boolean"}, "string": {"type": "string"},
         "bytes": {"type": "string", "pattern": "^([0-9a-f]{2})*$"}}


def read_messages():
    """({message: [(label, type, name, comment)]}, {enum: [value]}) of all our files."""
    messages, enums = {}, {}
    for path in sorted((TOP / "proto/cairn/v1").glob("*.proto")):
        fields = values = None
        for line in path.read_text(encoding="utf-8").splitlines():
            if opened := re.match(r"^message (\w+) \{", line):
                fields = messages.setdefault(opened[1], [])
            elif opened := re.match(r"^enum (\w+) \{", line):
                values = enums.setdefault(opened[1], [])
            elif line.startswith("}"):
                fields = values = None
            elif fields is not None and (field := FIELD.match(line)):
                fields.append(((field[1] or "").strip(), field[2], field[3], field[4] or ""))
            elif values is not None and (value := VALUE.match(line)):
                values.append(value[1])
    return messages, enums


def schema_of(root):
    messages, enums = read_messages()
    defs, wanted = {}, [root]
    while wanted:
        name = wanted.pop()
        if name in defs:
            continue
        properties = {}
        for label, kind, field, comment in messages[name]:
            if kind in PLAIN:
                value = dict(PLAIN[kind])
            elif kind in enums:
                value = {"enum": enums[kind]}
            else:
                value = {"$ref": f"#/$defs/{kind}"}
                wanted.append(kind)
            if label == "repeated":
                value = {"type": "array", "items": value, "minItems": 1}
            if comment and "$ref" not in value:
                value["description"] = comment
            properties[field] = value
        defs[name] = {"type": "object", "properties": properties, "additionalProperties": False}
    body = defs[root]
    body["properties"]["headline"] = {"type": "string", "description": "The report in one sentence, in English."}
    body["properties"]["shares"] = {"type": "string"}
    body["required"] = ["cumulative", "handover_level", "headline", "rule_set", "shares", "summary"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "A report of Cairn as JSON",
            "description": "Fields that have their default (zero, empty, false) are left out. A rendering: what is "
                           "hashed is the report file. Made by tests/interop/report_schema.py from the messages.",
            "$ref": f"#/$defs/{root}", "$defs": dict(sorted(defs.items()))}


def text_of(schema):
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def check(schema_path, paths):
    import jsonschema
    text = pathlib.Path(schema_path).read_text(encoding="utf-8")
    if text != text_of(schema_of("Report")):
        sys.exit(f"{schema_path} is not what the messages say; make it anew: {sys.argv[0]} > {schema_path}")
    validator = jsonschema.Draft202012Validator(json.loads(text))
    validator.check_schema(validator.schema)
    for path in paths:
        value = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        for error in validator.iter_errors(value):
            sys.exit(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
        # The schema refuses: without this a schema that lets everything pass would do.
        spoiled = dict(value, cumulative={"all": {"records": -1}})
        unknown = dict(value, verdict="false")
        if validator.is_valid(spoiled) or validator.is_valid(unknown) or validator.is_valid({}):
            sys.exit(f"{path}: the schema lets a spoiled report pass")
        print(f"{path}: {len(value.get('records', []))} records, valid by {schema_path}")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.stdout.write(text_of(schema_of("Report")))
    elif sys.argv[1] == "--check" and len(sys.argv) > 3:
        check(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(__doc__)
