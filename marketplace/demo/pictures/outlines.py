"""Outlines as SVG path text.

Coordinates are called x, y, w, h and r here and in the families, as in SVG itself.
Numbers stay as they are: the scene shortens them when it writes the markup.
"""

from collections.abc import Sequence

Point = tuple[float, float]
Ring = tuple[float, float]


def pairs(points: Sequence[Point]) -> str:
    """Write points as coordinate pairs."""
    return " ".join(f"{x},{y}" for x, y in points)


def _bend(before: Point, start: Point, end: Point, after: Point) -> str:
    """One cubic segment of a Catmull-Rom spline from start to end."""
    leave = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
    arrive = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
    return "C" + pairs([leave, arrive, end])


def curve(points: Sequence[Point]) -> str:
    """Continue a path smoothly through points; one given twice makes a corner."""
    last = len(points) - 1
    return "".join(
        _bend(points[max(i - 1, 0)], points[i], points[i + 1], points[min(i + 2, last)])
        for i in range(last)
    )


def rect(x: float, y: float, w: float, h: float, r: float = 0) -> str:
    """Outline a rectangle with rounded corners."""
    r = max(0, min(r, w / 2, h / 2))
    if not r:
        return f"M{x},{y}h{w}v{h}h{-w}z"
    turn = f"a{r},{r} 0 0 1 "
    return (
        f"M{x + r},{y}h{w - 2 * r}{turn}{r},{r}v{h - 2 * r}{turn}{-r},{r}"
        f"h{2 * r - w}{turn}{-r},{-r}v{2 * r - h}{turn}{r},{-r}z"
    )


def oval(cx: float, cy: float, rx: float, ry: float | None = None) -> str:
    """Outline an ellipse; a circle without the second radius."""
    ry = rx if ry is None else ry
    half = f"a{rx},{ry} 0 1 1 "
    return f"M{cx - rx},{cy}{half}{2 * rx},0{half}{-2 * rx},0z"


def poly(*points: Point) -> str:
    """Outline a polygon."""
    return "M" + "L".join(f"{x},{y}" for x, y in points) + "z"


def blob(*points: Point) -> str:
    """Outline a closed smooth shape through the points."""
    count = len(points)
    bends = "".join(
        _bend(
            points[i - 1],
            points[i],
            points[(i + 1) % count],
            points[(i + 2) % count],
        )
        for i in range(count)
    )
    return f"M{points[0][0]},{points[0][1]}{bends}z"


def turned(cx: float, profile: Sequence[Ring], tilt: float = 0.13) -> str:
    """Outline a body of revolution; profile is (y, radius) from top to bottom."""
    right = [(cx + r, y) for y, r in profile]
    left = [(cx - r, y) for y, r in reversed(profile)]
    top, foot = profile[0][1], profile[-1][1]
    return (
        f"M{left[-1][0]},{left[-1][1]}"
        f"A{top},{top * tilt} 0 0 1 {right[0][0]},{right[0][1]}{curve(right)}"
        f"A{foot},{foot * tilt} 0 0 1 {left[0][0]},{left[0][1]}{curve(left)}z"
    )
