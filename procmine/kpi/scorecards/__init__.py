"""Scorecards: versions, items, marks, scores, points."""
