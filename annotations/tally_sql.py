"""What keeps the tallies: triggers, in the words of each database.

Whichever way a row comes or goes (one by one, in bulk, along with its project), what is counted of it changes
in the same transaction. PostgreSQL adds a row for every statement, so that nobody waits for anybody, and the
rows are added up now and then; SQLite, where one writes at a time, keeps one row for each number.
"""

from __future__ import annotations

ASSETS = "projects_asset"
SHAPES = "annotations_annotation"
TALLIES = "projects_tally"
TRIGGERS = ("tally_asset", "tally_shape")

# What an asset counts for in its project; nothing in the trash.
_COUNTED = """
    SELECT project_id, 'assets' AS name, {sign}1 AS change FROM {rows} WHERE deleted_at IS NULL
    UNION ALL SELECT project_id, 'annotated', {sign}1 FROM {rows}
        WHERE deleted_at IS NULL AND annotation_count > 0
    UNION ALL SELECT project_id, 'annotations', {sign}annotation_count FROM {rows} WHERE deleted_at IS NULL
"""
_SHAPES_OF = """
    SELECT shape.label_class_id, 'shapes', {sign}1 FROM {rows} AS shape
        JOIN projects_asset ON projects_asset.id = shape.asset_id AND projects_asset.deleted_at IS NULL
"""
_ADDED = "INSERT INTO projects_tally (subject, name, change) "
_SUMMED = "GROUP BY 1, 2 HAVING SUM(change) <> 0"


def recount() -> list[str]:
    """All of it anew."""
    counted = _COUNTED.format(rows=ASSETS, sign="")
    return [
        f"DELETE FROM {TALLIES}",
        f"{_ADDED} SELECT project_id, name, SUM(change) FROM ({counted}) AS counted "
        "GROUP BY project_id, name HAVING SUM(change) <> 0",
        f"{_ADDED} SELECT label_class_id, 'shapes', COUNT(*) FROM {SHAPES} AS shape "
        f"JOIN {ASSETS} AS asset ON asset.id = shape.asset_id AND asset.deleted_at IS NULL "
        "GROUP BY label_class_id",
    ]


def compact() -> str:
    """PostgreSQL's rows of one number become one, at once to whoever reads."""
    return (
        f"WITH many AS (SELECT subject, name FROM {TALLIES} GROUP BY 1, 2 "
        "HAVING COUNT(*) > 1 OR SUM(change) = 0), "
        f"gone AS (DELETE FROM {TALLIES} AS tally USING many "
        "WHERE tally.subject = many.subject AND tally.name = many.name RETURNING tally.*) "
        f"{_ADDED} SELECT subject, name, SUM(change) FROM gone {_SUMMED}"
    )


def postgresql() -> list[str]:
    """One trigger for each thing that a statement can do to a table."""
    asset_rows = {"INSERT": [("new_rows", "")], "DELETE": [("old_rows", "-")]}
    asset_rows["UPDATE"] = [*asset_rows["INSERT"], *asset_rows["DELETE"]]
    statements = []
    for event, sides in asset_rows.items():
        assets = " UNION ALL ".join(_COUNTED.format(rows=rows, sign=sign) for rows, sign in sides)
        shapes = " UNION ALL ".join(_SHAPES_OF.format(rows=rows, sign=sign) for rows, sign in sides)
        assets = f"{_ADDED} SELECT project_id, name, SUM(change) FROM ({assets}) AS counted {_SUMMED};"
        shapes = (
            f"{_ADDED} SELECT label_class_id, name, SUM(change) "
            f"FROM ({shapes}) AS counted (label_class_id, name, change) {_SUMMED};"
        )
        if event == "UPDATE":
            assets += _trashed()
        statements += _on(event, "tally_asset", ASSETS, assets, sides)
        statements += _on(event, "tally_shape", SHAPES, shapes, sides)
    return statements


def _trashed() -> str:
    """The shapes of what goes to the trash, or comes from there."""
    return (
        f"IF EXISTS (SELECT 1 FROM new_rows JOIN old_rows USING (id) "
        "WHERE (new_rows.deleted_at IS NULL) <> (old_rows.deleted_at IS NULL)) THEN "
        f"{_ADDED} SELECT shape.label_class_id, 'shapes', "
        "SUM(CASE WHEN new_rows.deleted_at IS NULL THEN 1 ELSE -1 END) "
        "FROM new_rows JOIN old_rows USING (id) "
        f"JOIN {SHAPES} AS shape ON shape.asset_id = new_rows.id "
        "WHERE (new_rows.deleted_at IS NULL) <> (old_rows.deleted_at IS NULL) GROUP BY 1, 2; END IF;"
    )


def _on(event: str, name: str, table: str, body: str, sides: list[tuple[str, str]]) -> list[str]:
    known = {"new_rows": "NEW TABLE AS new_rows", "old_rows": "OLD TABLE AS old_rows"}
    function = f"{name}_{event.lower()}"
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$body$ BEGIN {body} RETURN NULL; END $body$",
        f"CREATE OR REPLACE TRIGGER {function} AFTER {event} ON {table} "
        f"REFERENCING {' '.join(known[rows] for rows, _ in sides)} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
    ]


def sqlite() -> list[str]:
    living = "{row}.deleted_at IS NULL"
    counted = ("annotation_count", "deleted_at", "project_id")
    moved = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in counted)
    asset = {row: _number_of_asset(row) for row in ("NEW", "OLD")}
    of_shape = f"EXISTS (SELECT 1 FROM {ASSETS} WHERE id = {{row}}.asset_id AND deleted_at IS NULL)"
    shape = {
        row: _add(f"{row}.label_class_id", "shapes", f"{sign}1", of_shape.format(row=row))
        for row, sign in (("NEW", ""), ("OLD", "-"))
    }
    of_asset = f"SELECT label_class_id FROM {SHAPES} WHERE asset_id = NEW.id"
    per_class = (
        f"SELECT COUNT(*) FROM {SHAPES} WHERE asset_id = NEW.id AND label_class_id = {TALLIES}.subject"
    )
    # A class has a row as soon as it has its first shape.
    trashed = (
        f"UPDATE {TALLIES} SET change = change + (CASE WHEN {living.format(row='NEW')} THEN 1 ELSE -1 END) "
        f"* ({per_class}) WHERE name = 'shapes' AND subject IN ({of_asset});"
    )
    return [
        f"CREATE TRIGGER tally_asset_insert AFTER INSERT ON {ASSETS} BEGIN {asset['NEW']} END",
        f"CREATE TRIGGER tally_asset_delete AFTER DELETE ON {ASSETS} BEGIN {asset['OLD']} END",
        f"CREATE TRIGGER tally_asset_update AFTER UPDATE OF {', '.join(counted)} ON {ASSETS} "
        f"WHEN {moved} BEGIN {asset['OLD']} {asset['NEW']} END",
        f"CREATE TRIGGER tally_asset_trashed AFTER UPDATE OF deleted_at ON {ASSETS} "
        f"WHEN (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL) BEGIN {trashed} END",
        f"CREATE TRIGGER tally_shape_insert AFTER INSERT ON {SHAPES} BEGIN {shape['NEW']} END",
        f"CREATE TRIGGER tally_shape_delete AFTER DELETE ON {SHAPES} BEGIN {shape['OLD']} END",
        f"CREATE TRIGGER tally_shape_update AFTER UPDATE OF label_class_id, asset_id ON {SHAPES} "
        "WHEN OLD.label_class_id <> NEW.label_class_id OR OLD.asset_id <> NEW.asset_id "
        f"BEGIN {shape['OLD']} {shape['NEW']} END",
    ]


def _number_of_asset(row: str) -> str:
    sign = "-" if row == "OLD" else ""
    living = f"{row}.deleted_at IS NULL"
    subject = f"{row}.project_id"
    return " ".join(
        (
            _add(subject, "assets", f"{sign}1", living),
            _add(subject, "annotated", f"{sign}1", f"{living} AND {row}.annotation_count > 0"),
            _add(subject, "annotations", f"{sign}{row}.annotation_count", living),
        )
    )


def _add(subject: str, name: str, change: str, when: str) -> str:
    """The one row of a number, made where it is missing, and added to."""
    mine = f"subject = {subject} AND name = '{name}'"
    return (
        f"{_ADDED} SELECT {subject}, '{name}', 0 "
        f"WHERE {when} AND NOT EXISTS (SELECT 1 FROM {TALLIES} WHERE {mine}); "
        f"UPDATE {TALLIES} SET change = change + ({change}) WHERE {mine} AND {when};"
    )
