"""Pages that hold the maps of a sample and nothing else, for a tenth of what a report costs."""

import dataclasses
import itertools
from pathlib import Path

import procmine as pm
from procmine.conformance.views.standard_flow import done_path, name_of, standard_flow
from procmine.core.html.places import PAGE
from procmine.report.pages import Frame, Page, render_page
from procmine.visual.maps.coverage import END, START

ROOT = Path(__file__).parent.parent
SAMPLES = ("globaltech", "return_visits", "telecom")


def page_with(body, language, project="P", title="流程图", report=None):
    """HTML in the page of a report."""
    frame = Frame(project, language, "", (), report or pm.six_cases().import_report, "")
    page = Page("page.html", title, "", body, (("s1", title),))
    return render_page(page, [page], frame)


def write_maps(folder, sample, language):
    """A page with the two kinds of map of a sample, and for each the paths that its cases take."""
    opened = pm.open_project(ROOT / "eventlogs" / sample)
    log = dataclasses.replace(opened.read(), language=language)
    found = pm.bottlenecks(log, calendar=opened.calendar)
    shown = (
        pm.overview_map(log, opened.standard, bottlenecks=found),
        pm.process_map(log, colour="total", bottlenecks=found),
    )
    judged = [(done_path(way), way.n_cases) for way in standard_flow(log, opened.standard).ways]
    taken = [(one.activities, one.n_cases) for one in log.variants]
    body = "".join(f"<h2>{one.title}</h2>{one.html_in(PAGE)}" for one in shown)
    path = folder / f"{sample}_{language}.html"
    path.write_text(page_with(body, language, opened.name, report=log.import_report), encoding="utf-8")
    return path, [named(paths, language) for paths in (judged, taken)]


def named(paths, language):
    """Paths as the arcs they take, each called as a map calls it, with their cases."""
    return [
        ({" → ".join(name_of(end, language) for end in arc) for arc in itertools.pairwise((START, *path, END))}, n)
        for path, n in paths
    ]
