const WIDTH = 100;
const HEIGHT = 24;

/** The last values as a small curve, from 0 up. It says nothing to those who listen: the words beside it do. */
export function Sparkline({ points }: { points: readonly number[] }) {
    return (
        <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
            <polyline points={placed(points)} />
        </svg>
    );
}

/** The newest at the right; one alone is a line. */
export function placed(points: readonly number[]): string {
    const most = Math.max(...points) || 1;
    const step = points.length > 1 ? WIDTH / (points.length - 1) : WIDTH;
    const all = points.length === 1 ? [points[0]!, points[0]!] : points;
    return all.map((value, at) => `${round(at * step)},${round(HEIGHT - 1 - (value / most) * (HEIGHT - 2))}`).join(" ");
}

function round(value: number): number {
    return Math.round(value * 10) / 10;
}
