"""Speed against accuracy as SVG: every tool a labelled point; readable on light and on dark pages."""
import math
from html import escape

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 64, 28, 56, 56
LETTER = 6.6
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 }
  .faint { fill: #57606a }
  .page { fill: #ffffff }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .lead { stroke: #8c959f; stroke-width: 1 }
  .peer { fill: #57606a }
  .ours { fill: #0969da }
  .own { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .faint { fill: #9198a1 }
    .page { fill: #0d1117 }
    .grid { stroke: #30363d }
    .lead { stroke: #656c76 }
    .peer { fill: #9198a1 }
    .ours { fill: #4493f8 }
  }
"""


def plot(points, title, subtitle):
    """`points`: (label, MB a CPU second, F1, whether ours). Returns the SVG."""
    speeds, scores = [p[1] for p in points], [p[2] for p in points]
    low, high = math.floor(math.log10(min(speeds))), math.ceil(math.log10(max(speeds)))
    bottom = math.floor(min(scores) * 20 - 0.2) / 20
    across = lambda speed: LEFT + (math.log10(speed) - low) / (high - low) * (WIDTH - LEFT - RIGHT)
    down = lambda score: TOP + (1 - score) / (1 - bottom) * (HEIGHT - TOP - BOTTOM)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">',
        f"<title>{escape(title)}: {escape(subtitle)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>',
        f'<text class="faint" x="{LEFT}" y="42">{escape(subtitle)}</text>',
    ]
    for power in range(low, high + 1):
        x = across(10**power)
        out.append(f'<path class="grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>')
        out.append(f'<text class="faint" x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10.0**power:g}</text>')
    steps = round((1 - bottom) * 20)
    for step in range(steps + 1):
        score = bottom + step / 20
        y = down(score)
        out.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        out.append(f'<text class="faint" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{score:.2f}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    out.append(f'<text x="{middle:.0f}" y="{HEIGHT - 14}" text-anchor="middle">MB of JSONL a CPU second (logarithmic)</text>')
    out.append(f'<text x="16" y="{(TOP + HEIGHT - BOTTOM) / 2:.0f}" transform="rotate(-90 16 {(TOP + HEIGHT - BOTTOM) / 2:.0f})" text-anchor="middle">pair F1</text>')
    taken = [(across(s) - 7, down(f) - 7, across(s) + 7, down(f) + 7) for _, s, f, _ in points]
    for label, speed, score, ours in sorted(points, key=lambda p: (not p[3], p[1], p[0])):
        x, y = across(speed), down(score)
        box, lead = place(x, y, len(label) * LETTER * (1.08 if ours else 1.0), taken)
        taken.append(box)
        if lead:
            near = min(max(x, box[0]), box[2])
            edge = box[1] if box[1] > y else box[3]
            out.append(f'<path class="lead" d="M{x:.1f} {y:.1f}L{near:.1f} {edge:.1f}"/>')
        out.append(f'<circle class="{"ours" if ours else "peer"}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
        out.append(f'<text class="{"own" if ours else "name"}" x="{box[0]:.1f}" y="{box[3] - 4:.1f}">{escape(label)}</text>')
    out.append("</svg>")
    return "\n".join(out) + "\n"


def place(x, y, width, taken):
    """The nearest free box for a label, and whether it needs a line to its point."""
    height = 16
    beside = [(9, -8), (-9 - width, -8), (-width / 2, -25), (-width / 2, 9)]
    away = [
        (side, rise)
        for ring in range(1, 14)
        for rise in (-8 - 17 * ring, -8 + 17 * ring)
        for side in (-width / 2, 12, -12 - width)
    ]
    for number, (side, rise) in enumerate(beside + away):
        box = (x + side, y + rise, x + side + width, y + rise + height)
        inside = box[0] >= LEFT and box[2] <= WIDTH - 4 and box[1] >= TOP - 10 and box[3] <= HEIGHT - BOTTOM
        if inside and all(
            box[2] <= other[0] or other[2] <= box[0] or box[3] <= other[1] or other[3] <= box[1] for other in taken
        ):
            return box, number >= len(beside)
    # A crowd: the label covers something, but it is there.
    return (x + 9, y - 8, x + 9 + width, y + 8), False
