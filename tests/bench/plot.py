"""Figures go in; a bar chart comes out, drawn by what draws the charts of briefings."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline import graphic
from pipeline.origins import font_folder, fonts
from tests.bench.report import bars
from tests.bench.targets import Figures

ROOT = Path(__file__).parent.parent.parent


def svg(figures: Figures) -> bytes:
    batch = figures["measured"]["batch"]
    who = {"field": "who", "type": "nominal", "sort": None, "title": None}
    title = [f"{batch} small briefings in PDF, DOCX and Markdown", "from nothing, on two cores"]
    seconds = {"field": "seconds", "type": "quantitative", "title": "seconds"}
    shade = {"condition": {"test": "datum.ours", "value": 1}, "value": 0.45}
    spread = {"x": {"field": "least", "type": "quantitative"}, "x2": {"field": "most"}}
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": bars(figures)},
        "title": {"text": title, "anchor": "start"},
        "width": 360,
        "encoding": {"y": who},
        "layer": [
            {"mark": "bar", "encoding": {"x": seconds, "opacity": shade}},
            {"mark": "rule", "encoding": spread},
        ],
        "config": json.loads((ROOT / "templates" / "charts" / "theme.json").read_text()),
    }
    drawing = graphic.Drawing("chart", json.dumps(spec).encode())
    return graphic.render(drawing, fonts(), font_folder()).vector
