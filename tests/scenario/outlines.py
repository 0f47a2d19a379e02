"""District outlines on the Gauss-Kruger grid, and places for minefields inside or outside them.

Everything is decided in metres on the grid. Places keep well away from every border, so that the
small differences to a computation on the ellipsoid cannot change an answer.
"""

import functools
import json
import os

import geodesy

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "audit",
                    "completeness", "rule_sets", "districts.geojson")


class Outline:
    def __init__(self, feature):
        self.handle = feature["properties"]["district"]
        self.name = feature["properties"]["name"]
        self.aliases = feature["properties"]["aliases"]
        geometry = feature["geometry"]
        parts = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            parts = [parts]
        self.rings = [[geodesy.wgs84_to_grid(lat, lon) for lon, lat in ring]
                      for part in parts for ring in part]
        points = [p for ring in self.rings for p in ring]
        self.low = (min(p[0] for p in points), min(p[1] for p in points))
        self.high = (max(p[0] for p in points), max(p[1] for p in points))

    def edges(self):
        for ring in self.rings:
            yield from zip(ring, ring[1:])

    def contains(self, x, y):
        inside = False
        for (ax, ay), (bx, by) in self.edges():
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                inside = not inside
        return inside

    def distance(self, x, y):
        """Metres to the nearest point of the border, whichever side."""
        best = float("inf")
        for (ax, ay), (bx, by) in self.edges():
            dx, dy = bx - ax, by - ay
            length2 = dx * dx + dy * dy
            t = ((x - ax) * dx + (y - ay) * dy) / length2 if length2 else 0.0
            t = min(1.0, max(0.0, t))
            best = min(best, (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2)
        return best ** 0.5

    def depth(self, x, y):
        """Metres inside the border; negative outside."""
        distance = self.distance(x, y)
        return distance if self.contains(x, y) else -distance


@functools.lru_cache
def load(path=PATH):
    with open(path, encoding="utf-8") as source:
        features = json.load(source)["features"]
    return {o.handle: o for o in map(Outline, features)}


@functools.lru_cache
def cells(outline, side, deepest):
    """Centres, in reading order, of the grid cells of `side` metres that lie at least `deepest`
    metres inside the outline."""
    found = []
    step_x = int(outline.low[0]) // side
    while step_x * side < outline.high[0]:
        step_y = int(outline.low[1]) // side
        while step_y * side < outline.high[1]:
            x, y = step_x * side + side // 2, step_y * side + side // 2
            if outline.contains(x, y) and outline.distance(x, y) >= deepest:
                found.append((x, y))
            step_y += 1
        step_x += 1
    return tuple(found)
