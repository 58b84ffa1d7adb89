"""The report as a PDF with bookmarks and page numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Line, PolyLine, Rect, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Image, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from training.reports import charts, page, words

MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
INK, LINE = colors.HexColor(charts.INK), colors.HexColor(charts.LINE)
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9, leading=12.5, textColor=INK)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=8, leading=10)
RIGHT = ParagraphStyle("right", parent=CELL, alignment=2)
BOLD = ParagraphStyle("bold", parent=CELL, fontName="Helvetica-Bold")
TITLE = ParagraphStyle("title", parent=BODY, fontName="Helvetica-Bold", fontSize=20, leading=24, spaceAfter=4)
HEADING = ParagraphStyle(
    "heading",
    parent=BODY,
    fontName="Helvetica-Bold",
    fontSize=13,
    leading=16,
    spaceBefore=14,
    spaceAfter=6,
    keepWithNext=1,
)
# A matrix of more labels fits no page.
MOST_LABELS = 24


class Heading(Paragraph):
    """A heading that stands in the file's outline, too."""

    def __init__(self, text: str) -> None:
        super().__init__(safe(text), HEADING)
        self.plain = text

    def draw(self) -> None:
        self.canv.bookmarkPage(self.plain)
        self.canv.addOutlineEntry(self.plain, self.plain, 0)
        super().draw()


def document(report: dict[str, Any], pictures: dict[str, list[bytes]]) -> bytes:
    """The PDF; `pictures` are JPEGs by asset."""
    out = io.BytesIO()
    name = page.title(report)
    made = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=name,
        author="Tessera",
    )

    def footer(canvas: Canvas, _: Any) -> None:
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(colors.HexColor("#4a5a57"))
        canvas.drawString(MARGIN, 10 * mm, f"{latin(name)} - {report['artifact']['id']}")
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, f"page {canvas.getPageNumber()}")

    made.build(story(report, pictures), onFirstPage=footer, onLaterPages=footer)
    return out.getvalue()


def story(report: dict[str, Any], pictures: dict[str, list[bytes]]) -> list[Flowable]:
    """Everything in its order."""
    summary = report["evaluation"]
    measured = f"{report['data']['images']} images of {report['data']['measured_on']}"
    lead = f"{report['project']['name']} - made {report['created_at'][:10]} - measured on {measured}"
    parts: list[Flowable] = [Paragraph(safe(page.title(report)), TITLE), Paragraph(safe(lead), BODY)]
    parts += [Heading("Summary"), table(["Metric", "Value", "95 % interval"], words.headline(report), 1)]
    parts += [Heading("The artifact"), facts(words.facts(report))]
    if report["gates"]:
        heads = ["Gate", "Required", "Reached", "Verdict"]
        parts += [Spacer(0, 8), table(heads, words.gates(report), 1)]
    parts += [Heading("Data"), facts(words.data(report)), Heading("Training")]
    for name, points in report["training"]["curves"].items():
        parts.append(KeepTogether([curve(points), Paragraph(safe(f"{name} over steps"), CELL), Spacer(0, 6)]))
    parts += [facts(words.training(report)), Heading("By class")]
    heads = ["Class", "IoU", "95 %", "Precision", "Recall", "F1", "Boundary F1", "Pixels"]
    parts += [table(heads, words.classes(report), 1), Heading("Confusion matrix"), *matrix(summary)]
    parts += [Heading("Calibration"), reliability(summary["calibration"]["bins"])]
    parts += [Heading("Where it is worse")]
    worse = words.slices(report)
    if worse:
        parts.append(table(["By", "Slice", "Count", "Value", "Points to the rest", "p"], worse, 2))
    else:
        parts.append(Paragraph("No slice is worse than the rest beyond chance.", BODY))
    if report["robustness"]:
        severities = [str(each) for each in report["robustness"]["severities"]]
        parts += [Heading("Robustness"), table(["Corruption", *severities], words.robustness(report), 1)]
    parts += [Heading("Images"), *samples(report, pictures), Heading("Lineage"), facts(words.lineage(report))]
    parts.append(Heading("Definitions"))
    for each in report["definitions"]:
        said = f"{each['definition']} {each['formula']}. {each['source']}."
        parts.append(Paragraph(f"<b>{safe(each['title'])}</b> {safe(said)}", BODY))
        parts.append(Spacer(0, 4))
    return parts


def table(heads: Sequence[str], rows: words.Rows, texts: int) -> Flowable:
    """Rows under heads; the first `texts` columns are words, the others numbers."""
    styles = [CELL if place < texts else RIGHT for place in range(len(heads))]
    cells = [[Paragraph(f"<b>{safe(head)}</b>", style) for head, style in zip(heads, styles, strict=True)]]
    cells += [[Paragraph(safe(cell), style) for cell, style in zip(row, styles, strict=True)] for row in rows]
    return Table(
        cells,
        colWidths=[WIDTH / len(heads)] * len(heads),
        repeatRows=1,
        hAlign="LEFT",
        style=[("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")],
    )


def facts(rows: words.Rows) -> Flowable:
    """Names and what they are."""
    cells = [[Paragraph(safe(name), CELL), Paragraph(safe(value), BOLD)] for name, value in rows]
    if not cells:
        return Paragraph("Nothing is known.", BODY)
    return Table(
        cells,
        colWidths=[WIDTH * 0.3, WIDTH * 0.7],
        style=[("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")],
    )


def matrix(summary: dict[str, Any]) -> list[Flowable]:
    """Shares of each row, tinted."""
    found = page.matrix(summary["confusion_matrix"])
    labels = found["labels"]
    if len(labels) > MOST_LABELS:
        words_ = f"The matrix of {len(labels)} labels is too wide for a page: see the HTML report."
        return [Paragraph(words_, BODY)]
    small = ParagraphStyle("small", parent=CELL, fontSize=max(4.5, 8 - len(labels) * 0.15), leading=8)
    cells = [[Paragraph("", small), *(Paragraph(safe(label), small) for label in labels)]]
    style: list[Any] = [("GRID", (0, 0), (-1, -1), 0.3, LINE), ("LEFTPADDING", (0, 0), (-1, -1), 2)]
    for line, (label, row) in enumerate(found["rows"], 1):
        cells.append([Paragraph(safe(label), small), *(Paragraph(safe(text), small) for text, _, _ in row)])
        style += [
            ("BACKGROUND", (column, line), (column, line), colors.HexColor(colour))
            for column, (_, colour, _) in enumerate(row, 1)
        ]
    note = Paragraph("Rows are the truth, columns the prediction; shares of each row.", CELL)
    return [
        note,
        Spacer(0, 4),
        Table(cells, colWidths=[WIDTH / (len(labels) + 1)] * (len(labels) + 1), style=style),
    ]


def curve(points: list[list[float]]) -> Drawing:
    """A line over steps."""
    wide, tall, left = WIDTH, 90, 40
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    low, high = min(ys), max(ys)
    room, across = (high - low) * 0.06 or 0.5, (xs[-1] - xs[0]) or 1
    low, high = low - room, high + room
    drawing = Drawing(wide, tall + 14)
    for share in (0.1, 0.5, 0.9):
        height = 12 + share * tall
        drawing.add(Line(left, height, wide, height, strokeColor=LINE, strokeWidth=0.4))
        said = f"{low + share * (high - low):.3g}"
        drawing.add(String(left - 4, height - 3, said, fontSize=7, textAnchor="end", fillColor=INK))
    flat: list[float] = []
    for x, y in points:
        flat += [left + (x - xs[0]) / across * (wide - left), 12 + (y - low) / (high - low) * tall]
    drawing.add(PolyLine(flat, strokeColor=colors.HexColor(charts.FIRST), strokeWidth=1.2))
    drawing.add(String(left, 2, f"step {xs[0]:g}", fontSize=7, fillColor=INK))
    drawing.add(String(wide, 2, f"{xs[-1]:g}", fontSize=7, textAnchor="end", fillColor=INK))
    return drawing


def reliability(bins: list[dict[str, Any]]) -> Drawing:
    """Accuracy by confidence."""
    side, left = 130, 40
    drawing = Drawing(side + left + 4, side + 16)
    for each in bins:
        if each["accuracy"] is not None:
            wide = (each["high"] - each["low"]) * side
            bar = Rect(left + each["low"] * side, 12, wide - 1, each["accuracy"] * side, strokeColor=None)
            bar.fillColor = colors.HexColor(charts.GOOD)
            drawing.add(bar)
    drawing.add(Rect(left, 12, side, side, fillColor=None, strokeColor=LINE, strokeWidth=0.5))
    drawing.add(Line(left, 12, left + side, 12 + side, strokeColor=colors.HexColor(charts.SECOND)))
    drawing.add(String(left, 2, "0", fontSize=7, fillColor=INK))
    drawing.add(String(left + side, 2, "confidence 1", fontSize=7, textAnchor="end", fillColor=INK))
    drawing.add(String(left - 4, side + 4, "right", fontSize=7, textAnchor="end", fillColor=INK))
    return drawing


def samples(report: dict[str, Any], pictures: dict[str, list[bytes]]) -> list[Flowable]:
    """Image, truth, prediction and errors of the worst and the best images."""
    note = "From left to right: image, truth, prediction, and striped where the prediction is wrong."
    parts: list[Flowable] = [Paragraph(note, BODY), Spacer(0, 6)]
    wide = WIDTH / 4 - 4
    for heading, key in (("Worst", "worst"), ("Best", "best")):
        for row in report["images"][key]:
            said = safe(f"{heading}: {row['name']} - mean IoU {words.percent(row['miou'])}")
            four = [
                Image(io.BytesIO(one), wide, min(wide * row["height"] / row["width"], 90 * mm))
                for one in pictures.get(row["asset"], [])
            ]
            shown: Flowable = (
                Table([four], colWidths=[WIDTH / 4] * 4) if four else Paragraph("Not there.", CELL)
            )
            parts.append(KeepTogether([Paragraph(said, CELL), shown, Spacer(0, 6)]))
    return parts


def safe(text: object) -> str:
    """Text as a paragraph takes it: no markup, and only signs that the standard fonts have."""
    return escape(latin(str(text)))


def latin(text: str) -> str:
    """What Helvetica cannot show becomes a question mark, but for dashes and thin spaces."""
    known = text.replace("–", "-").replace("−", "-").replace("\u202f", " ").replace("·", "-")
    return known.encode("cp1252", "replace").decode("cp1252")
