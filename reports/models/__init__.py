"""What is published: figures, weightings, releases, and what people judge on the way."""

from reports.models.figures import Aggregation, BannerColumn, Benchmark, Estimate, ExternalFigure, Figure, Net, NoteItem
from reports.models.judgements import CodeFrame, Coding, Comparability
from reports.models.releases import Approval, ClientLink, Job, Release, ReleaseEvent, ReleaseFile
from reports.models.weightings import MAIN, ImportedWeight, Scheme, Weighting

__all__ = [
    "MAIN", "Aggregation", "Approval", "BannerColumn", "Benchmark", "ClientLink", "CodeFrame", "Coding", "Comparability", "Estimate",
    "ExternalFigure", "Figure", "ImportedWeight", "Job", "Net", "NoteItem", "Release", "ReleaseEvent", "ReleaseFile", "Scheme", "Weighting",
]  # fmt: skip
